package org.sidereus.engine.numerics;

/** Sums of columns times factors, in loops that processors do many numbers of at once. */
public final class LinearCombination {
  private static final int COLUMNS = 4;

  private LinearCombination() {}

  /**
   * Adds columns times their factors, four at a time, in their order.
   *
   * @param factors [C]
   * @param columns [C][at least P]
   * @param sum [P], to which it is added
   */
  public static void add(double[] factors, double[][] columns, double[] sum) {
    int c = 0;
    for (; c + COLUMNS <= factors.length; c += COLUMNS) {
      addFour(factors, columns, c, sum);
    }
    for (; c < factors.length; c++) {
      double factor = factors[c];
      double[] column = columns[c];
      for (int p = 0; p < sum.length; p++) {
        sum[p] += factor * column[p];
      }
    }
  }

  private static void addFour(double[] factors, double[][] columns, int first, double[] sum) {
    double f0 = factors[first];
    double f1 = factors[first + 1];
    double f2 = factors[first + 2];
    double f3 = factors[first + 3];
    if (f0 == 0 && f1 == 0 && f2 == 0 && f3 == 0) {
      return; // a derivative has a lower degree
    }
    double[] c0 = columns[first];
    double[] c1 = columns[first + 1];
    double[] c2 = columns[first + 2];
    double[] c3 = columns[first + 3];
    for (int p = 0; p < sum.length; p++) {
      sum[p] = sum[p] + f0 * c0[p] + f1 * c1[p] + f2 * c2[p] + f3 * c3[p];
    }
  }
}
