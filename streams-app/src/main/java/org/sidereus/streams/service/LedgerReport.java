package org.sidereus.streams.service;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * Writes the ledger of the partitions of this instance into the log, once per interval: events,
 * inference requests in, posteriors out, rejections, pending inference requests. An event makes one
 * request for each bundle that it is for, so that in = out + rejected + pending with any number of
 * bundles. It warns if the ledger does not balance.
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
    return "ledger of %d partitions: %s: events %d (%+d), in %d (%+d), pending %d, still to read %s; %s: out %d (%+d); %s: rejected %d (%+d); %s: %d by this process; late %d (%+d), outdated %d (%+d), markers %d, withdrawals %d (%+d)%s"
        .formatted(
            meters.ledgers().size(),
            topics.observations(),
            now.events(),
            now.events() - last.events(),
            now.requests(),
            now.requests() - last.requests(),
            ledger.waiting(),
            behind(),
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
            now.withdrawals() - last.withdrawals(),
            lost());
  }

  private String lost() {
    long events = lag.lost();
    return events == 0 ? "" : "; never read %d".formatted(events);
  }

  private String behind() {
    long events = 0;
    long inOpenTransactions = 0;
    for (Optional<ObservationLag.Lag> one : lag.byPartition().values()) {
      if (one.isEmpty()) {
        return "unknown";
      }
      events += one.get().events();
      inOpenTransactions += one.get().inOpenTransactions();
    }
    return inOpenTransactions == 0
        ? Long.toString(events)
        : "%d (%d behind an open transaction)".formatted(events, inOpenTransactions);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
