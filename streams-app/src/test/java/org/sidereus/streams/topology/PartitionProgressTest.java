package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.topology.GroupMessage.ProgressReport;

/** Two partitions, and surveys that pause 30 s of the log. */
class PartitionProgressTest {
  private static final long PAUSE_MS = 30_000;
  private static final long NONE = Long.MIN_VALUE;

  private final KeyValueStore<Bytes, byte[]> store = store();
  private PartitionProgress progress = new PartitionProgress(store, 2, PAUSE_MS);

  private static KeyValueStore<Bytes, byte[]> store() {
    KeyValueStore<Bytes, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("progress"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }

  private void report(int partition, boolean idle, long logMs, Map<String, SurveyTime> surveys) {
    progress.advance(
        new ProgressReport(partition, idle, false, false, logMs, new TreeMap<>(surveys)));
  }

  private static SurveyTime time(long closedThroughMs, long activeSinceMs, long lastMs) {
    return new SurveyTime(closedThroughMs, closedThroughMs, NONE, activeSinceMs, lastMs);
  }

  @Test
  void shouldHoldASurveyUntilAPartitionHasShownThatItHasNothingOfIt() {
    report(0, false, 1_000, Map.of("s", time(100, 1_000, 1_000)));
    assertThat(progress.passedMs("s")).as("one has not reported").isEqualTo(NONE);
    report(1, false, 900, Map.of("other", time(900_000, 0, 900)));
    assertThat(progress.passedMs("s")).isEqualTo(NONE);
    report(1, false, 30_999, Map.of());
    assertThat(progress.passedMs("s")).as("a partition that is behind").isEqualTo(NONE);
    report(1, false, 31_000, Map.of());
    assertThat(progress.passedMs("s")).isEqualTo(100);
    assertThat(progress.passedMs("other")).as("partition 0 is behind").isEqualTo(NONE);
  }

  @Test
  void shouldHoldASurveyThatResumesWhereItHadPaused() {
    Map<String, SurveyTime> paused = Map.of("s", time(100, 0, 1_000));
    report(0, false, 500_000, paused);
    report(1, false, 500_000, paused);
    assertThat(progress.passedMs("s")).as("nobody holds it").isEqualTo(NONE);
    report(0, false, 500_100, Map.of("s", time(9_000, 500_050, 500_100)));
    assertThat(progress.passedMs("s")).as("partition 1 may have some, too").isEqualTo(100);
    report(1, false, 500_100, Map.of("s", time(8_000, 500_060, 500_100)));
    assertThat(progress.passedMs("s")).isEqualTo(8_000);
  }

  @Test
  void shouldNotWaitForAnIdlePartition() {
    report(0, false, 1_000, Map.of("s", time(100, 1_000, 1_000)));
    report(1, true, 0, Map.of());
    assertThat(progress.passedMs("s")).isEqualTo(100);
  }

  @Test
  void shouldEndASurveyWhenItsMarkerHasPassedEverywhereAlsoAfterAPause() {
    SurveyTime marked = new SurveyTime(50, 60, 500, 0, 1_000);
    report(0, false, 900_000, Map.of("s", marked));
    report(1, false, 900_000, Map.of("s", time(70, 0, 1_000)));
    assertThat(progress.endedMs("s")).isEqualTo(70);
    report(1, false, 900_000, Map.of("s", marked));
    assertThat(progress.endedMs("s")).isEqualTo(500);
  }

  @Test
  void shouldKnowEverythingAgainAfterARestart() {
    report(0, false, 1_000, Map.of("s", time(100, 1_000, 1_000)));
    report(1, false, 1_000, Map.of("s", time(90, 1_000, 1_000)));
    progress.close("s", 90);
    progress = new PartitionProgress(store, 2, PAUSE_MS);
    assertThat(progress.passedMs("s")).isEqualTo(90);
    assertThat(progress.closedThroughMs("s")).isEqualTo(90);
    assertThat(progress.surveys()).containsExactly("s");
    progress.close("s", 80);
    assertThat(progress.closedThroughMs("s")).as("never goes back").isEqualTo(90);
  }
}
