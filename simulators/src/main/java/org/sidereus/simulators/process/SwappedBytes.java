package org.sidereus.simulators.process;

import java.util.Arrays;

/** Whether numbers were written with the highest byte first, which reads as other numbers. */
final class SwappedBytes {
  private static final int FEWEST = 4;
  private static final double LARGEST = 1e30;
  private static final double LARGEST_USUAL = 1e12;
  private static final double SHARE = 0.9;

  private SwappedBytes() {}

  /** Whether half of the numbers are of no usual size, and nearly all are in the other order. */
  static boolean areLikely(double[][] y) {
    double[] numbers =
        Arrays.stream(y).flatMapToDouble(Arrays::stream).filter(v -> v != 0).toArray();
    long strange = Arrays.stream(numbers).filter(v -> !isWithin(v, LARGEST)).count();
    long usual = Arrays.stream(numbers).filter(v -> isWithin(swapped(v), LARGEST_USUAL)).count();
    return numbers.length >= FEWEST
        && strange > 0.5 * numbers.length
        && usual > SHARE * numbers.length;
  }

  private static double swapped(double value) {
    return Double.longBitsToDouble(Long.reverseBytes(Double.doubleToRawLongBits(value)));
  }

  private static boolean isWithin(double value, double largest) {
    return Math.abs(value) <= largest && Math.abs(value) >= 1 / largest;
  }
}
