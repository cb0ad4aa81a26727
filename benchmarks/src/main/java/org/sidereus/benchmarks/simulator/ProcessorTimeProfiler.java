package org.sidereus.benchmarks.simulator;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Processor time of one run. Other work on the machine lengthens it less than the clock time. */
final class ProcessorTimeProfiler {
  private static final double WARM_UP_S = 3;

  private ProcessorTimeProfiler() {}

  /**
   * Milliseconds of this thread's processor time for one run.
   *
   * @param seconds of processor time to measure, after three to warm up
   */
  static double msPerRun(SimulatorBenchmark benchmark, double seconds) {
    benchmark.setUp();
    measure(benchmark, WARM_UP_S);
    return measure(benchmark, seconds);
  }

  private static double measure(SimulatorBenchmark benchmark, double seconds) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long runs = 0;
    long elapsed = 0;
    while (elapsed < seconds * 1e9) {
      runs += benchmark.run().length;
      elapsed = threads.getCurrentThreadCpuTime() - start;
    }
    return elapsed * 1e-6 / runs;
  }
}
