package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.TestLog;

/** The broker is away for longer than any client of Kafka waits. */
@Tag("slow")
class BrokerOutageTest {
  private static final double LONGEST_S = 60;

  @TempDir private Path folder;

  /**
   * Outages longer than any wait of a client, of a broker that stops in order, is killed or does
   * not respond. Services at rest and under load, with few threads and many, go through them one
   * after another and are never started again. Prints a row for each service and outage, and a
   * table. Beside the load it has the part of the time that the service had a processor, of the
   * time that it wanted one.
   *
   * <p>{@code -Doutages} names others, such as {@code "stop/180x5 kill/600"}: kind, seconds, and
   * how often. Series that {@code |} separates run side by side, each with its own broker and
   * services. {@code -Doutages.threads} names other numbers of threads than 2 and 8, {@code
   * -Doutages.pause} the milliseconds between two observations under load (20), {@code
   * -Doutages.partitions} how many further partitions the broker has (0), {@code -Doutages.apart}
   * the seconds between the starts of two series (0). The brokers of two series return one after
   * the other.
   */
  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void shouldProcessObservationsWithinAMinuteOfTheReturnOfTheBroker() throws Exception {
    TestLog log = new TestLog("outages");
    Lock turns = new ReentrantLock(true);
    List<OutageSeries> all =
        Arrays.stream(System.getProperty("outages", "stop/70 kill/70 freeze/70").split(" *\\| *"))
            .map(outages -> OutageSeries.of(outages, turns, log))
            .toList();
    ExecutorService sideBySide = Executors.newFixedThreadPool(all.size());
    try {
      List<Future<List<OutageTable.Row>>> running = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        OutageSeries series = all.get(i);
        Path place = folder.resolve("series-" + i);
        long waitMs = 1_000L * i * Integer.getInteger("outages.apart", 0);
        running.add(
            sideBySide.submit(
                () -> {
                  Thread.sleep(waitMs);
                  return series.run(place);
                }));
      }
      List<OutageTable.Row> rows = new ArrayList<>();
      for (Future<List<OutageTable.Row>> one : running) {
        rows.addAll(one.get());
      }
      OutageTable.lines(rows).forEach(line -> log.note("%s", line));
      assertThat(rows)
          .allSatisfy(row -> assertThat(row.outcome().wrong()).as(row.line()).isEmpty())
          .allSatisfy(
              row -> assertThat(row.outcome().firstS()).as(row.line()).isLessThan(LONGEST_S));
    } finally {
      sideBySide.shutdownNow();
    }
  }
}
