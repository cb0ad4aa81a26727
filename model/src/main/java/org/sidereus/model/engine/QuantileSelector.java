package org.sidereus.model.engine;

import java.util.Arrays;

/**
 * Quantiles of many columns of the same length without sorting them: the values are counted in
 * buckets of equal width, and only the bucket that holds the wanted rank is sorted. Quantiles are
 * interpolated linearly between order statistics, at rank (S - 1) p from 0 (definition 7 of Hyndman
 * and Fan 1996, the default of R and NumPy). Holds scratch memory: one instance for each thread.
 */
final class QuantileSelector {
  private static final int BUCKETS = 512;

  private final double[] levels;
  private final int[] counts = new int[BUCKETS];
  private final short[] bucketOf;
  private final float[] members;

  /** The bucket whose sorted values are in members, or -1. */
  private int sorted;

  QuantileSelector(int size, double... levels) {
    this.levels = levels.clone();
    bucketOf = new short[size];
    members = new float[size];
  }

  /**
   * The quantiles of one column.
   *
   * @param column finite values; not changed
   * @return one for each level
   */
  double[] of(float[] column) {
    float lowest = column[0];
    float highest = column[0];
    for (float value : column) {
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    // in double: the range of floats can exceed a float
    double scale = highest > lowest ? (BUCKETS - 1) / ((double) highest - lowest) : 0;
    Arrays.fill(counts, 0);
    sorted = -1;
    for (int s = 0; s < column.length; s++) {
      int bucket = (int) (((double) column[s] - lowest) * scale);
      bucketOf[s] = (short) bucket;
      counts[bucket]++;
    }
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

  /** The value of the given rank from 0. The buckets are in order, because rounding is monotone. */
  private float select(float[] column, int rank) {
    int bucket = 0;
    int before = 0;
    while (before + counts[bucket] <= rank) {
      before += counts[bucket++];
    }
    if (bucket != sorted) { // neighbouring ranks are mostly in one bucket
      gather(column, bucket);
      sorted = bucket;
    }
    return members[rank - before];
  }

  private void gather(float[] column, int bucket) {
    int n = 0;
    for (int s = 0; n < counts[bucket]; s++) {
      // written always, kept only when it belongs: no branch to predict
      members[n] = column[s];
      n += bucketOf[s] == bucket ? 1 : 0;
    }
    Arrays.sort(members, 0, n);
  }
}
