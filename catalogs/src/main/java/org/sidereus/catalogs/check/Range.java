package org.sidereus.catalogs.check;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The range of some numbers.
 *
 * @param count how many
 * @param smallest NaN if there are none
 * @param median of at most {@value #MOST} of them; NaN if there are none
 * @param largest NaN if there are none
 * @param outside how many are outside of the bounds that were given
 */
record Range(long count, double smallest, double median, double largest, long outside) {
  /** Numbers of which the median is taken: the first ones. */
  static final int MOST = 100_000;

  private static final int DIGITS = 4;
  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e7;

  /** Collects numbers. */
  static final class Builder {
    private final double lower;
    private final double upper;
    private double[] first = new double[16];
    private long count;
    private double smallest = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;
    private long outside;

    /**
     * None yet.
     *
     * @param lower null: no bound
     * @param upper null: no bound
     */
    Builder(@Nullable Double lower, @Nullable Double upper) {
      this.lower = lower == null ? Double.NEGATIVE_INFINITY : lower;
      this.upper = upper == null ? Double.POSITIVE_INFINITY : upper;
    }

    void add(double number) {
      if (count < MOST) {
        if (count == first.length) {
          first = Arrays.copyOf(first, 2 * first.length);
        }
        first[(int) count] = number;
      }
      count++;
      smallest = Math.min(smallest, number);
      largest = Math.max(largest, number);
      outside += number < lower || number > upper ? 1 : 0;
    }

    Range range() {
      if (count == 0) {
        return new Range(0, Double.NaN, Double.NaN, Double.NaN, 0);
      }
      double[] sorted = Arrays.copyOf(first, (int) Math.min(count, MOST));
      Arrays.sort(sorted);
      return new Range(count, smallest, sorted[sorted.length / 2], largest, outside);
    }
  }

  /** The range in words. */
  String text() {
    return "%s to %s, median %s".formatted(text(smallest), text(largest), text(median));
  }

  /** A number with four digits. */
  static String text(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    BigDecimal rounded = new BigDecimal(number).round(new MathContext(DIGITS)).stripTrailingZeros();
    double size = Math.abs(number);
    boolean plain = number == 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN);
    return plain ? rounded.toPlainString() : rounded.toString();
  }
}
