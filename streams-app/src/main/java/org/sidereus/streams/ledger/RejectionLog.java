package org.sidereus.streams.ledger;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.brokers.RecordPlace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Log lines of rejected events. Of each reason there is one line in ten seconds at the level INFO;
 * the others have the level DEBUG, so that a storm of bad events does not fill the log. Safe for
 * threads.
 */
final class RejectionLog {
  private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
  private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier clockNs;
  private final Map<RejectionReason, Long> toldNs = new ConcurrentHashMap<>();

  RejectionLog(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  void rejected(RejectionReason reason, RecordPlace place, String detail) {
    Level level = level(reason);
    if (LOG.isEnabledForLevel(level)) {
      place.whileLogging(
          () -> LOG.atLevel(level).log("rejected {} at {}: {}", reason, place, detail));
    }
  }

  /** The level of the line of a rejection that comes now. */
  Level level(RejectionReason reason) {
    long nowNs = clockNs.getAsLong();
    Long last = toldNs.get(reason);
    boolean due =
        last == null
            ? toldNs.putIfAbsent(reason, nowNs) == null
            : nowNs - last >= INTERVAL_NS && toldNs.replace(reason, last, nowNs);
    return due ? Level.INFO : Level.DEBUG;
  }
}
