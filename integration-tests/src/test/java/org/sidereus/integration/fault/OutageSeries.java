package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.sidereus.integration.environment.BrokerProcess;
import org.sidereus.integration.environment.TestLog;

/** Outages of one broker, one after another, and the services that go through all of them. */
final class OutageSeries {
  private final List<Outage> outages;
  private final Lock turns;
  private final TestLog log;

  private OutageSeries(List<Outage> outages, Lock turns, TestLog log) {
    this.outages = outages;
    this.turns = turns;
    this.log = log;
  }

  /**
   * An outage.
   *
   * @param kind {@code stop}, {@code kill} or {@code freeze}
   * @param seconds from the end of the broker to the moment at which it is started again
   */
  record Outage(String kind, int seconds) {}

  /**
   * Reads outages such as {@code "stop/180x5 kill/600"}.
   *
   * @param turns held from the start of services until they run, and from the return of a broker
   *     until all is inferred
   * @param log gets a line for each outage and each outcome
   */
  static OutageSeries of(String outages, Lock turns, TestLog log) {
    return new OutageSeries(
        Arrays.stream(outages.split(" +"))
            .flatMap(
                one -> {
                  String[] parts = one.split("[/x]", 3);
                  Outage outage = new Outage(parts[0], Integer.parseInt(parts[1]));
                  int times = parts.length > 2 ? Integer.parseInt(parts[2]) : 1;
                  return IntStream.range(0, times).mapToObj(i -> outage);
                })
            .toList(),
        turns,
        log);
  }

  /** The more partitions a broker has, the longer it takes to lead them, or not to. */
  private static void makeOtherTopics(BrokerProcess brokers) throws Exception {
    int partitions = Integer.getInteger("outages.partitions", 0);
    if (partitions > 0) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic("other", partitions, (short) 1))).all().get();
      }
    }
  }

  /**
   * Starts a broker and services and lets them go through the outages. A service that fails goes
   * on, so that its later outcomes are seen, too.
   *
   * @param place folder of the broker and the services
   */
  List<OutageTable.Row> run(Path place) throws Exception {
    List<OutageTrial> trials = new ArrayList<>();
    List<OutageTable.Row> rows = new ArrayList<>();
    ExecutorService watchers = Executors.newCachedThreadPool();
    try (BrokerProcess brokers = BrokerProcess.start(place.resolve("broker"))) {
      makeOtherTopics(brokers);
      turns.lock();
      try {
        start(trials, brokers, place);
      } finally {
        turns.unlock();
      }
      for (Outage outage : outages) {
        trials.forEach(OutageTrial::publish);
        log.note("the broker goes for %d s (%s)", outage.seconds(), outage.kind());
        brokers.goes(outage.kind());
        trials.forEach(OutageTrial::brokerIsGone);
        Thread.sleep(1_000L * outage.seconds());
        turns.lock();
        try {
          brokers.returns(outage.kind());
          rows.addAll(ends(outage, trials, watchers));
        } finally {
          turns.unlock();
        }
        trials.forEach(trial -> trial.endedTransactions().forEach(line -> log.note("%s", line)));
      }
    } finally {
      watchers.shutdownNow();
      trials.forEach(OutageTrial::close);
    }
    return rows;
  }

  private static void start(List<OutageTrial> trials, BrokerProcess brokers, Path place)
      throws Exception {
    for (String one : System.getProperty("outages.threads", "2 8").split(" +")) {
      int threads = Integer.parseInt(one);
      trials.add(OutageTrial.start(false, threads, brokers, place));
      trials.add(OutageTrial.start(true, threads, brokers, place));
    }
    trials.forEach(OutageTrial::begin);
  }

  private List<OutageTable.Row> ends(
      Outage outage, List<OutageTrial> trials, ExecutorService watchers) throws Exception {
    long backNs = System.nanoTime();
    List<Future<OutageTrial.Outcome>> ends = new ArrayList<>();
    for (OutageTrial trial : trials) {
      ends.add(watchers.submit(() -> trial.end(backNs)));
    }
    List<OutageTable.Row> rows = new ArrayList<>();
    for (Future<OutageTrial.Outcome> end : ends) {
      OutageTable.Row row = new OutageTable.Row(outage, end.get());
      rows.add(row);
      log.note("%s", row.line());
    }
    return rows;
  }
}
