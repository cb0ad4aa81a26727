package org.sidereus.streams.topology;

/**
 * How many observations a batch may have: as many as are configured, or fewer where the engine is
 * so slow that they would outlast a call. For one thread.
 */
final class BatchLimit {
  /** Observations of the first batch, of whose time nothing is known. */
  private static final int FIRST = 16;

  private final int size;
  private double nsPerObservation;

  /**
   * A limit.
   *
   * @param size the configured number
   */
  BatchLimit(int size) {
    this.size = size;
  }

  /**
   * Observations of the next batch, at least 1.
   *
   * @param callNs time that one call may take
   */
  int next(long callNs) {
    if (nsPerObservation == 0) {
      return Math.min(FIRST, size);
    }
    return (int) Math.max(1, Math.min(size, callNs / nsPerObservation));
  }

  /** A batch took so long. */
  void took(int observations, long durationNs) {
    double each = Math.max(1, durationNs) / (double) observations;
    nsPerObservation = nsPerObservation == 0 ? each : 0.5 * (nsPerObservation + each);
  }
}
