package org.sidereus.catalogs.infer;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * Processor times of the inference of single objects; they show objects that take much longer than
 * others. Safe for use by several threads.
 */
public final class ObjectTimes {
  private static final double NS_PER_MS = 1e6;

  private final DoubleStream.Builder milliseconds = DoubleStream.builder();

  /** Runs the inference of one object on this thread and remembers its processor time. */
  <T> T time(Supplier<T> inference) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    T result = inference.get();
    long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    synchronized (milliseconds) {
      milliseconds.add((after - before) / NS_PER_MS);
    }
    return result;
  }

  /** The times in a sentence; at least one object was timed. */
  public String summary() {
    double[] sorted;
    synchronized (milliseconds) {
      sorted = milliseconds.build().toArray();
    }
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double longest = sorted[sorted.length - 1];
    return String.format(
        Locale.ROOT,
        "processor time of one object: %.2f ms at the median, %.2f ms for the longest of %d (%.1f"
            + " times the median)",
        median,
        longest,
        sorted.length,
        longest / median);
  }
}
