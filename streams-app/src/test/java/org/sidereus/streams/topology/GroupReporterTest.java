package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.ledger.LedgerCounts;

/** An interval of 500 ms. An event of a survey every 200 ms, after each of which comes a rest. */
class GroupReporterTest {
  private static final StreamRules.Windows WINDOWS =
      new StreamRules.Windows(
          Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(30));
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final int TICK_MS = 50;
  private static final int EVENT_MS = 200;

  private final List<GroupMessage.ProgressReport> sent = new ArrayList<>();
  private final SurveyTimes surveys = new SurveyTimes(store(), WINDOWS);
  private final WorkBudget budget =
      new WorkBudget(Duration.ofSeconds(30), ClientWatch.unknown(), System::nanoTime);
  private long nowMs = 1_000_000;

  private static KeyValueStore<Bytes, byte[]> store() {
    KeyValueStore<Bytes, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("store"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }

  private GroupReporter reporter(int partitions) {
    GroupMembers members =
        new GroupMembers(
            store(), store(), new Ledger(LedgerCounts.EMPTY), surveys, 0, WINDOWS, Set.of());
    return new GroupReporter(
        0,
        members,
        surveys,
        new IdlePartition(
            number -> new CompletableFuture<>(),
            ClientWatch.unknown(),
            0,
            Duration.ofSeconds(30),
            nowMs),
        partitions,
        INTERVAL,
        new EmissionShare(1, INTERVAL, () -> 0, () -> 1).ofSums(),
        (key, message) -> sent.add((GroupMessage.ProgressReport) message),
        nowMs);
  }

  private void pass(GroupReporter reporter, int timeMs, boolean events) {
    for (int ms = TICK_MS; ms <= timeMs; ms += TICK_MS) {
      nowMs += TICK_MS;
      if (events && ms % EVENT_MS == 0) {
        surveys.observed("s", nowMs, nowMs);
        reporter.event(nowMs, nowMs);
      }
      try (WorkBudget.Call call = budget.begin()) {
        reporter.tick(nowMs, false, call);
      }
    }
  }

  @Test
  void shouldSendProgressAtEachRestWhereThereAreFewPartitions() {
    pass(reporter(4), 12_000, true);
    assertThat(sent).hasSizeBetween(55, 61);
  }

  /** Each message of progress goes to each of the partitions. */
  @Test
  void shouldSendProgressLessOftenWhereThereAreManyPartitions() {
    GroupReporter reporter = reporter(192);
    pass(reporter, 60_000, true);
    assertThat(sent).as("one in 12 s").hasSizeBetween(5, 6);
    long lastEventMs = nowMs;
    pass(reporter, 15_000, false);
    GroupMessage.ProgressReport last = sent.get(sent.size() - 1);
    assertThat(last.resting()).isTrue();
    assertThat(last.logMs()).isEqualTo(lastEventMs);
    assertThat(last.surveys().get("s").lastMs()).isEqualTo(lastEventMs);
    int sentByThen = sent.size();
    pass(reporter, 60_000, false);
    assertThat(sent).as("without news").hasSize(sentByThen);
  }

  @Test
  void shouldSendProgressAtOnceAtAMarker() {
    GroupReporter reporter = reporter(192);
    pass(reporter, 1_000, true);
    sent.clear();
    surveys.marked("s", nowMs);
    try (WorkBudget.Call call = budget.begin()) {
      reporter.marker(nowMs, call);
    }
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).marked()).isTrue();
    assertThat(sent.get(0).surveys()).containsOnlyKeys("s");
  }
}
