package org.sidereus.benchmarks.stream;

/**
 * A throughput.
 *
 * @param count events or objects
 * @param seconds wall time
 * @param cpuSeconds processor time of the whole process: for the stream, with broker and readers
 * @param objectsSeconds wall time until every object had its posterior, groups aside
 */
record Rate(long count, double seconds, double cpuSeconds, double objectsSeconds) {
  Rate(long count, double seconds, double cpuSeconds) {
    this(count, seconds, cpuSeconds, seconds);
  }

  double perSecond() {
    return count / seconds;
  }

  double perCpuSecond() {
    return count / cpuSeconds;
  }

  /** Objects in a second until every object had its posterior. */
  double objectsPerSecond() {
    return count / objectsSeconds;
  }
}
