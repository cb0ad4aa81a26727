package org.sidereus.engine.numerics;

/** Arrays of equally long columns. */
public final class Columns {
  private Columns() {}

  /**
   * Columns of zeros, each made by itself. (The virtual machine makes {@code new
   * double[count][length]} by a call of its runtime, which takes longer than to fill short
   * columns.)
   *
   * @return [count][length]
   */
  public static double[][] of(int count, int length) {
    double[][] columns = new double[count][];
    for (int i = 0; i < count; i++) {
      columns[i] = new double[length];
    }
    return columns;
  }
}
