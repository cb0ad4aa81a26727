package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.BrokerProcess;
import org.sidereus.integration.environment.TestLog;

/** The broker is away for longer than any client of Kafka waits. */
@Tag("slow")
class BrokerOutageTest {
  @TempDir private Path folder;

  /**
   * Outages longer than any wait of a client, of a broker that stops in order, is killed or does
   * not respond; at rest and under load, with few threads and many. Prints a table. {@code
   * -Doutages} names others, such as {@code "stop/180 kill/600"}; {@code -Doutages.threads} other
   * numbers of threads than 2 and 8.
   */
  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void shouldProcessObservationsWithinAMinuteOfTheReturnOfTheBroker() throws Exception {
    TestLog log = new TestLog("outages");
    List<String> table = new ArrayList<>();
    table.add(OutageTrial.Outcome.HEAD);
    for (String outage : System.getProperty("outages", "stop/70 kill/70 freeze/70").split(" +")) {
      String kind = outage.split("/", 2)[0];
      int seconds = Integer.parseInt(outage.split("/", 2)[1]);
      Path place = folder.resolve("outage-" + table.size());
      List<OutageTrial> trials = new ArrayList<>();
      try (BrokerProcess brokers = BrokerProcess.start(place.resolve("broker"))) {
        for (String one : System.getProperty("outages.threads", "2 8").split(" +")) {
          int threads = Integer.parseInt(one);
          trials.add(OutageTrial.start(false, threads, brokers, place));
          trials.add(OutageTrial.start(true, threads, brokers, place));
        }
        trials.forEach(OutageTrial::begin);
        log.note("the broker goes for %d s (%s)", seconds, kind);
        brokers.goes(kind);
        Thread.sleep(1_000L * seconds);
        brokers.returns(kind);
        long backNs = System.nanoTime();
        for (OutageTrial.Outcome outcome :
            trials.parallelStream().map(trial -> trial.end(backNs)).toList()) {
          table.add(outcome.row(kind, seconds));
          assertThat(outcome.firstS()).as(String.join("\n", table)).isLessThan(60);
        }
      } finally {
        trials.forEach(OutageTrial::close);
        table.forEach(line -> log.note("%s", line));
      }
    }
  }
}
