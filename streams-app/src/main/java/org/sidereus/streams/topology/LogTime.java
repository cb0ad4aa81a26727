package org.sidereus.streams.topology;

import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** The log time of the records that a processor sends on. */
final class LogTime {
  private LogTime() {}

  /**
   * The present time: that of the processing, but not later than the clock of the machine, because
   * brokers refuse timestamps that are far ahead of their clock.
   *
   * @param wallClockMs the clock of the machine, which may be set back
   * @return milliseconds since 1970, not negative, as Kafka wants it
   */
  static long nowMs(ProcessingContext context, LongSupplier wallClockMs) {
    return Math.max(0, Math.min(context.currentSystemTimeMs(), wallClockMs.getAsLong()));
  }
}
