package org.sidereus.streams.ledger;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Counts of values by buckets, as Prometheus has them. Safe for threads. */
public final class Histogram {
  private final double[] bounds;
  private final LongAdder[] counts;
  private final DoubleAdder sum = new DoubleAdder();

  /**
   * An empty histogram.
   *
   * @param bounds upper bounds of the buckets (inclusive), ascending; one more has no bound
   */
  public Histogram(double... bounds) {
    this.bounds = bounds.clone();
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  public void observe(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(value);
  }

  /** Number of buckets with a bound. */
  public int buckets() {
    return bounds.length;
  }

  /** Upper bound of a bucket. */
  public double bound(int bucket) {
    return bounds[bucket];
  }

  /** Number of values at or below the bound of a bucket. */
  public long cumulative(int bucket) {
    long total = 0;
    for (int i = 0; i <= bucket; i++) {
      total += counts[i].sum();
    }
    return total;
  }

  public long count() {
    return cumulative(bounds.length);
  }

  public double sum() {
    return sum.sum();
  }
}
