package org.sidereus.streams.service;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ledger of the partitions of this instance into the log, once per interval: events in,
 * posteriors out, rejections, pending inference requests. It warns if the ledger does not balance.
 */
final class LedgerReport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerReport.class);

  private final StreamMeters meters;
  private final ObservationLag lag;
  private final Topics topics;
  private final ScheduledExecutorService clock;
  private LedgerCounts last = LedgerSnapshot.sum(List.of()).counts();

  private LedgerReport(StreamMeters meters, ObservationLag lag, Topics topics) {
    this.meters = meters;
    this.lag = lag;
    this.topics = topics;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ledger-report");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Reports once per interval until it is closed. */
  static LedgerReport every(
      Duration interval, StreamMeters meters, ObservationLag lag, Topics topics) {
    LedgerReport report = new LedgerReport(meters, lag, topics);
    // report() logs its own failures.
    ScheduledFuture<?> unused =
        report.clock.scheduleAtFixedRate(
            report::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return report;
  }

  private void report() {
    try {
      LedgerSnapshot ledger = LedgerSnapshot.sum(meters.ledgers().values());
      long unaccounted = ledger.unaccounted();
      String line = line(ledger);
      if (unaccounted == 0) {
        LOG.info("{}; balanced", line);
      } else {
        LOG.warn("{}; NOT balanced: {} inference requests are unaccounted", line, unaccounted);
      }
      last = ledger.counts();
    } catch (RuntimeException e) {
      LOG.warn("the ledger cannot be reported: {}", e.toString());
    }
  }

  private String line(LedgerSnapshot ledger) {
    LedgerCounts now = ledger.counts();
    long behind = lag.byPartition().values().stream().mapToLong(Long::longValue).sum();
    return "ledger of %d partitions: %s: in %d (%+d), pending %d, still to read %d; %s: out %d (%+d); %s: rejected %d (%+d); %s: %d by this process; late %d (%+d), outdated %d (%+d), markers %d, withdrawals %d (%+d)"
        .formatted(
            meters.ledgers().size(),
            topics.observations(),
            now.events(),
            now.events() - last.events(),
            ledger.waiting(),
            behind,
            topics.objectPosteriors(),
            now.posteriors(),
            now.posteriors() - last.posteriors(),
            topics.rejections(),
            now.rejections(),
            now.rejections() - last.rejections(),
            topics.groupPosteriors(),
            meters.groupPosteriors(),
            now.late(),
            now.late() - last.late(),
            now.outdated(),
            now.outdated() - last.outdated(),
            now.markers(),
            now.withdrawals(),
            now.withdrawals() - last.withdrawals());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
