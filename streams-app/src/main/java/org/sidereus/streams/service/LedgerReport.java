package org.sidereus.streams.service;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.SourceLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, from time to time, what came in, what went out, what was rejected and what
 * waits, of the partitions that this instance has. A warning, if these do not balance.
 */
final class LedgerReport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerReport.class);

  private final StreamMeters meters;
  private final SourceLag lag;
  private final Topics topics;
  private final ScheduledExecutorService clock;
  private LedgerCounts last = LedgerSnapshot.sum(java.util.List.of()).counts();

  private LedgerReport(StreamMeters meters, SourceLag lag, Topics topics) {
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
  static LedgerReport every(Duration interval, StreamMeters meters, SourceLag lag, Topics topics) {
    LedgerReport report = new LedgerReport(meters, lag, topics);
    report.clock.scheduleAtFixedRate(
        report::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return report;
  }

  private void report() {
    try {
      LedgerSnapshot books = LedgerSnapshot.sum(meters.ledgers().values());
      String line = line(books);
      if (books.unaccounted() == 0) {
        LOG.info("{}; balanced", line);
      } else {
        LOG.warn("{}; NOT balanced: {} questions are missing", line, books.unaccounted());
      }
      last = books.counts();
    } catch (RuntimeException fault) {
      LOG.warn("the books cannot be reported: {}", fault.toString());
    }
  }

  private String line(LedgerSnapshot books) {
    LedgerCounts now = books.counts();
    long behind = lag.byPartition().values().stream().mapToLong(Long::longValue).sum();
    return "books of %d partitions: %s: in %d (%+d), pending %d, still to read %d; %s: out %d (%+d); %s: rejected %d (%+d); %s: %d by this process; late %d (%+d), outdated %d (%+d), markers %d"
        .formatted(
            meters.ledgers().size(),
            topics.observations(),
            now.events(),
            now.events() - last.events(),
            books.waiting(),
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
            now.markers());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
