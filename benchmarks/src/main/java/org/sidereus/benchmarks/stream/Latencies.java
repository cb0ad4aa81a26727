package org.sidereus.benchmarks.stream;

import java.util.Arrays;

/** Times in milliseconds and their quantiles. */
final class Latencies {
  private long[] values = new long[1024];
  private int count;

  void add(long milliseconds) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = milliseconds;
  }

  /** The latencies without the first ones, which belong to the warm-up. */
  Latencies after(int first) {
    Latencies rest = new Latencies();
    for (int i = first; i < count; i++) {
      rest.add(values[i]);
    }
    return rest;
  }

  /** The value that a share of all latencies does not exceed; NaN if there are none. */
  double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1L, (long) Math.ceil(share * count) - 1)];
  }
}
