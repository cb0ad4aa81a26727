package org.sidereus.engine.numerics;

/**
 * Sums in one fixed order, so that the same numbers have the same sum to the last bit. Four partial
 * sums, because one would wait for itself at every step.
 */
public final class FixedOrderSum {
  /** Columns that one pass over the numbers takes: their sums do not wait for one another. */
  private static final int COLUMNS = 5;

  private FixedOrderSum() {}

  /** The sum of the numbers. */
  public static double of(double[] a) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** The sum of the products of the numbers of equal places. */
  public static double ofProducts(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /**
   * The sums of the products of numbers with those of equal places of some columns.
   *
   * @param count how many columns, from the first
   * @param sums filled with one sum for each of these columns
   */
  public static void ofProducts(double[] numbers, double[][] columns, int count, double[] sums) {
    int c = 0;
    for (; c + COLUMNS <= count; c += COLUMNS) {
      ofFive(numbers, columns, c, sums);
    }
    for (; c < count; c++) {
      sums[c] = ofProducts(numbers, columns[c]);
    }
  }

  private static void ofFive(double[] numbers, double[][] columns, int first, double[] sums) {
    double[] a = columns[first];
    double[] b = columns[first + 1];
    double[] c = columns[first + 2];
    double[] d = columns[first + 3];
    double[] e = columns[first + 4];
    double ofA = 0;
    double ofB = 0;
    double ofC = 0;
    double ofD = 0;
    double ofE = 0;
    for (int i = 0; i < numbers.length; i++) {
      double number = numbers[i];
      ofA += number * a[i];
      ofB += number * b[i];
      ofC += number * c[i];
      ofD += number * d[i];
      ofE += number * e[i];
    }
    sums[first] = ofA;
    sums[first + 1] = ofB;
    sums[first + 2] = ofC;
    sums[first + 3] = ofD;
    sums[first + 4] = ofE;
  }
}
