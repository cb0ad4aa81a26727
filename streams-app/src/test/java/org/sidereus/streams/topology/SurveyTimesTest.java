package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** Windows of 10 s with 2 s of grace, and pauses of 30 s. */
class SurveyTimesTest {
  private static final StreamRules.Windows WINDOWS =
      new StreamRules.Windows(
          Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(30));

  private final KeyValueStore<Bytes, byte[]> store = store();
  private final SurveyTimes surveys = new SurveyTimes(store, WINDOWS);

  private static KeyValueStore<Bytes, byte[]> store() {
    KeyValueStore<Bytes, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("surveys"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }

  private static TimeWindow window(String survey, long timeMs) {
    return TimeWindow.holding(survey, timeMs, 10_000);
  }

  @Test
  void shouldCloseTheWindowsOfASurveyByItsOwnTimeAndRememberIt() {
    surveys.observed("new", 1_000_000, 5);
    surveys.observed("old", 12_000, 6);
    surveys.store();
    for (SurveyTimes one : new SurveyTimes[] {surveys, new SurveyTimes(store, WINDOWS)}) {
      assertThat(one.isOpen(window("old", 12_000))).isTrue();
      assertThat(one.isOpen(window("old", 9_000))).isFalse();
      assertThat(one.isOpen(window("new", 12_000))).isFalse();
      assertThat(one.isOpen(window("unknown", 0))).isTrue();
      assertThat(one.latestLogMs()).isEqualTo(6);
      assertThat(one.takeUnsent()).containsOnlyKeys("new", "old");
      assertThat(one.hasUnsent()).isFalse();
    }
  }

  @Test
  void shouldKnowSinceWhenASurveyGoesOnWithoutAPause() {
    surveys.observed("s", 1, 1_000);
    surveys.observed("s", 1, 30_999);
    assertThat(surveys.takeUnsent().get("s").activeSinceMs()).isEqualTo(1_000);
    surveys.observed("s", 1, 60_999);
    assertThat(surveys.takeUnsent().get("s").activeSinceMs()).isEqualTo(60_999);
  }

  /** A replay whose records bear the timestamps of the past goes on all the same. */
  @Test
  void shouldNotTakeASurveyWithOldTimestampsForOneThatPauses() {
    surveys.observed("live", 1, 1_000_000);
    surveys.observed("past", 1, 5);
    assertThat(surveys.takeUnsent().get("past").lastMs()).isEqualTo(1_000_000);
    assertThat(surveys.latestLogMs()).isEqualTo(1_000_000);
  }

  @Test
  void shouldCloseByAMarkerNoLaterWindowThanThatOfTheLatestObservation() {
    surveys.observed("s", 5_000, 1);
    surveys.marked("s", Long.MAX_VALUE / 2);
    surveys.marked("nobody", 5_000);
    assertThat(surveys.isOpen(window("s", 9_999))).isFalse();
    assertThat(surveys.isOpen(window("s", 10_000))).isTrue();
    assertThat(surveys.isOpen(window("nobody", 0))).isTrue();
    assertThat(surveys.takeUnsent().get("s").endedThroughMs()).isEqualTo(Long.MAX_VALUE / 2);
    surveys.observed("s", 10_000, 2);
    assertThat(surveys.takeUnsent().get("s").endedThroughMs()).isEqualTo(10_000);
  }

  @Test
  void shouldGiveNoWindowsToMoreSurveysThanItCanKeep() {
    for (int i = 0; i <= SurveyTimes.MOST; i++) {
      surveys.observed("survey-" + i, 1, 1);
    }
    assertThat(surveys.takeUnsent()).hasSize(SurveyTimes.MOST);
    assertThat(surveys.isOpen(window("survey-0", 1))).isTrue();
    assertThat(surveys.isOpen(window("survey-" + SurveyTimes.MOST, 1))).isFalse();
  }
}
