package org.sidereus.benchmarks;

import java.lang.management.ManagementFactory;

/**
 * A fixed piece of work that is timed with each benchmark. The speed of a machine changes with its
 * load, its clock and other work on it; the ratio of a throughput to the yardstick changes less.
 * The work is arithmetic within the cache, because other work disturbs access to memory more than
 * it disturbs the benchmarks.
 */
public final class Yardstick {
  private static final int SIZE = 160;
  private static final int PRODUCTS = 4;
  private static final int WARM_UP = 50;
  private static final double NS_PER_SECOND = 1e9;

  private final float[] left = new float[SIZE * SIZE];
  private final float[] right = new float[SIZE * SIZE];
  private final float[] product = new float[SIZE * SIZE];

  /** A yardstick; its first measurements are slow, until it is compiled. */
  public Yardstick() {
    for (int i = 0; i < left.length; i++) {
      left[i] = i % 7 - 3;
      right[i] = i % 5 - 2;
    }
    for (int i = 0; i < WARM_UP; i++) {
      once();
    }
  }

  /** Seconds of processor time of this thread for the work, the best of several times. */
  public double seconds(int times) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < times; i++) {
      best = Math.min(best, once());
    }
    return best;
  }

  private double once() {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < PRODUCTS; i++) {
      multiply();
    }
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return (end - start) / NS_PER_SECOND;
  }

  private void multiply() {
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < SIZE; k++) {
        addRow(i * SIZE, left[i * SIZE + k], k * SIZE);
      }
    }
  }

  private void addRow(int to, float factor, int from) {
    for (int j = 0; j < SIZE; j++) {
      product[to + j] += factor * right[from + j];
    }
  }
}
