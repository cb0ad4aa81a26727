package org.sidereus.engine.inference;

import java.util.Arrays;

/**
 * Quantiles of many columns of the same length without sorting them: the values are counted in
 * buckets of equal width and listed by bucket, and only the bucket that holds the wanted rank is
 * sorted. Quantiles are interpolated linearly between order statistics, at rank (S - 1) p from 0
 * (definition 7 of Hyndman and Fan 1996, the default of R and NumPy). Of weighted values, quantiles
 * are interpolated linearly between the points (weight below + half of the own weight, value),
 * which for equal weights is definition 5. Holds scratch memory: one instance for each thread.
 */
final class QuantileSelector {
  private static final int BUCKETS = 512;

  private final double[] levels;

  /** Where each bucket begins in byBucket. */
  private final int[] starts = new int[BUCKETS + 1];

  private final int[] next = new int[BUCKETS];
  private final short[] bucketOf;

  /** Indices of the values, those of lower buckets first. */
  private final int[] byBucket;

  private final float[] members;
  private final double[] masses = new double[BUCKETS];
  private final long[] order;

  /** The bucket whose sorted values are in members, or -1. */
  private int sorted;

  QuantileSelector(int size, double... levels) {
    this.levels = levels.clone();
    bucketOf = new short[size];
    byBucket = new int[size];
    members = new float[size];
    order = new long[size];
  }

  /**
   * The quantiles of one column.
   *
   * @param column finite values; not changed
   * @return one for each level
   */
  double[] of(float[] column) {
    distribute(column);
    double[] quantiles = new double[levels.length];
    for (int q = 0; q < levels.length; q++) {
      double position = levels[q] * (column.length - 1);
      int rank = (int) position;
      double fraction = position - rank;
      double below = select(column, rank);
      quantiles[q] = below;
      if (fraction > 0) {
        quantiles[q] += fraction * (select(column, rank + 1) - below);
      }
    }
    return quantiles;
  }

  /**
   * The weighted quantiles of one column.
   *
   * @param column finite values; not changed
   * @param weights not negative, of sum 1
   * @return one for each level
   */
  double[] of(float[] column, double[] weights) {
    distribute(column);
    Arrays.fill(masses, 0);
    for (int s = 0; s < column.length; s++) {
      masses[bucketOf[s]] += weights[s];
    }
    double[] quantiles = new double[levels.length];
    for (int q = 0; q < levels.length; q++) {
      quantiles[q] = quantile(column, weights, levels[q]);
    }
    return quantiles;
  }

  private double quantile(float[] column, double[] weights, double level) {
    int last = BUCKETS - 1;
    while (last > 0 && masses[last] == 0) {
      last--;
    }
    int bucket = 0;
    double below = 0;
    while (bucket < last && below + masses[bucket] < level) {
      below += masses[bucket++];
    }
    // the points on both sides may lie in the nearest buckets with weight
    int from = bucket;
    do {
      from--;
    } while (from > 0 && masses[from] == 0);
    from = Math.max(0, from);
    for (int b = from; b < bucket; b++) {
      below -= masses[b];
    }
    int to = bucket;
    do {
      to++;
    } while (to < last && masses[to] == 0);
    int n = gather(column, weights, from, Math.min(to, BUCKETS - 1));
    double previousPoint = 0;
    double previousValue = 0;
    for (int i = 0; i < n; i++) {
      int s = (int) order[i];
      double point = below + 0.5 * weights[s];
      if (point >= level) {
        return i == 0
            ? column[s]
            : previousValue
                + (column[s] - previousValue) * ((level - previousPoint) / (point - previousPoint));
      }
      below += weights[s];
      previousPoint = point;
      previousValue = column[s];
    }
    return previousValue;
  }

  /** Fills the order with the samples of some buckets that have weight, by ascending value. */
  private int gather(float[] column, double[] weights, int from, int to) {
    int n = 0;
    for (int i = starts[from]; i < starts[to + 1]; i++) {
      int s = byBucket[i];
      if (weights[s] > 0) {
        int bits = Float.floatToRawIntBits(column[s]);
        // the bits of floats are in the order of the values, of negative ones in the opposite one
        long key = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        order[n++] = key << 32 | s;
      }
    }
    Arrays.sort(order, 0, n);
    return n;
  }

  /** Lists the values by buckets of equal width. */
  private void distribute(float[] column) {
    float lowest = column[0];
    float highest = column[0];
    for (float value : column) {
      lowest = value < lowest ? value : lowest;
      highest = value > highest ? value : highest;
    }
    // in double: the range of floats can exceed a float
    double scale = highest > lowest ? (BUCKETS - 1) / ((double) highest - lowest) : 0;
    Arrays.fill(next, 0);
    sorted = -1;
    for (int s = 0; s < column.length; s++) {
      int bucket = (int) (((double) column[s] - lowest) * scale);
      bucketOf[s] = (short) bucket;
      next[bucket]++;
    }
    int start = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int count = next[bucket];
      starts[bucket] = start;
      next[bucket] = start;
      start += count;
    }
    starts[BUCKETS] = start;
    for (int s = 0; s < column.length; s++) {
      byBucket[next[bucketOf[s]]++] = s;
    }
  }

  /** The value of the given rank from 0. The buckets are in order, because rounding is monotone. */
  private float select(float[] column, int rank) {
    int bucket = bucketOf[byBucket[rank]];
    if (bucket != sorted) { // neighbouring ranks are mostly in one bucket
      int size = starts[bucket + 1] - starts[bucket];
      for (int i = 0; i < size; i++) {
        members[i] = column[byBucket[starts[bucket] + i]];
      }
      Arrays.sort(members, 0, size);
      sorted = bucket;
    }
    return members[rank - starts[bucket]];
  }
}
