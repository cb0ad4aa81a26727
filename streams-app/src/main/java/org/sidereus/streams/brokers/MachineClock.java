package org.sidereus.streams.brokers;

import java.util.function.LongSupplier;

/**
 * The clocks of a machine.
 *
 * @param epochMs milliseconds since 1970; this clock may be set, also back
 * @param elapsedNs nanoseconds since some moment; this clock is never set
 */
public record MachineClock(LongSupplier epochMs, LongSupplier elapsedNs) {

  /** The clocks of this machine. */
  public static MachineClock ofThisMachine() {
    return new MachineClock(System::currentTimeMillis, System::nanoTime);
  }
}
