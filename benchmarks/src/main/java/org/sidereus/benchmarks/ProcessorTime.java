package org.sidereus.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Processor time of this process. Other work on the machine changes it less than the clock. */
public final class ProcessorTime {
  private static final double NS_PER_SECOND = 1e9;

  private ProcessorTime() {}

  /** Seconds since the process began, of all threads; not a number where it is not known. */
  public static double seconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime() / NS_PER_SECOND
        : Double.NaN;
  }
}
