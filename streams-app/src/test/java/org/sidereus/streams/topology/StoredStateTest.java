package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.state.StateFormatException;
import org.sidereus.streams.topology.StateSamples.Sample;
import org.sidereus.streams.topology.StoredState.OldRecord;

/** The bytes of everything that outlives a process. */
class StoredStateTest {
  private static final Map<String, byte[]> STORED = StoredState.samples("v3");

  /** Readers of the values of each internal topic of release 0.1.0. */
  private static final Map<String, Function<byte[], Object>> READERS =
      Map.of(
          "group-members-changelog", Memberships::of,
          "group-sums-changelog", GroupSum::of,
          "intake-books-changelog", LedgerCounts::of,
          "object-visits-changelog", StoredVisit::of,
          "partial-sums-changelog", StoredSum::of,
          "partial-sums-repartition",
              bytes -> GroupMessage.serde().deserializer().deserialize("partial-sums", bytes),
          "pending-observations-changelog", StateSamples::pending,
          "source-progress-changelog", PartitionProgress.Reached::of);

  static Stream<Sample> samples() {
    return StateSamples.all().stream();
  }

  static Stream<Sample> values() {
    return samples().filter(sample -> !sample.name().contains(".key"));
  }

  static Stream<OldRecord> withoutFormat() {
    return StoredState.withoutFormat().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldWriteTheBytesOfTheFormat(Sample sample) {
    assertThat(sample.bytes()).as(sample.name()).isEqualTo(STORED.get(sample.name()));
  }

  /** A start looks at all sums of its partitions. */
  @Test
  void shouldSeeWhetherASumIsUnsentWithoutItsNumbers() {
    byte[] unsent = STORED.get("partial-sums.value");
    PartialSum sum = StoredSum.of(unsent).sum();
    assertThat(StoredSum.isUnsent(unsent)).isTrue();
    assertThat(StoredSum.isUnsent(new StoredSum(sum, false).toBytes())).isFalse();
    assertThat(StoredSum.isUnsent(Arrays.copyOf(unsent, 2))).isTrue();
    assertThatThrownBy(() -> StoredSum.isUnsent(new byte[] {0, 1}))
        .isInstanceOf(StateFormatException.class);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldReadTheBytesOfTheFormat(Sample sample) {
    assertThat(sample.reader().apply(STORED.get(sample.name())))
        .as(sample.name())
        .isEqualTo(sample.value());
  }

  @ParameterizedTest
  @MethodSource("values")
  void shouldRefuseALaterFormat(Sample sample) {
    byte[] later = sample.bytes().clone();
    later[0]++;
    assertThatThrownBy(() -> sample.reader().apply(later))
        .as(sample.name())
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll("is of state format 4", "reads format 3", "application.id");
  }

  /** Readers of the values and messages of earlier formats, as {@link StateSamples} named them. */
  private static final Map<String, Function<byte[], Object>> READERS_OF_EARLIER_FORMATS =
      Map.ofEntries(
          Map.entry("group-members.value", Memberships::of),
          Map.entry("group-names.value", GroupNames.Renamed::of),
          Map.entry("group-sums.value", GroupSum::of),
          Map.entry("intake-ledger.value", LedgerCounts::of),
          Map.entry("object-visits.value", StoredVisit::of),
          Map.entry("partial-sums.value", StoredSum::of),
          Map.entry("survey-times.value", SurveyTime::of),
          Map.entry("message.partial", READERS.get("partial-sums-repartition")),
          Map.entry("message.progress", READERS.get("partial-sums-repartition")),
          Map.entry("pending-observations.held", HeldTimes::read),
          Map.entry("pending-observations.value", StateSamples::pending),
          Map.entry("partition-progress.value", PartitionProgress.Reached::of));

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldRefuseTheStateOfAnEarlierFormat(int format) {
    StoredState.samples("v" + format)
        .forEach(
            (name, bytes) -> {
              if (!name.contains(".key")) {
                assertThatThrownBy(() -> READERS_OF_EARLIER_FORMATS.get(name).apply(bytes))
                    .as(name)
                    .isInstanceOf(StateFormatException.class)
                    .hasMessageContainingAll("is of state format " + format, "reads format 3");
              }
            });
  }

  /** An instance of the release before formats is still running. */
  @Test
  void shouldStopAtAMessageOfAnInstanceOfTheReleaseBeforeFormats() {
    for (OldRecord message :
        withoutFormat().filter(one -> one.topic().endsWith("-repartition")).toList()) {
      try (StreamHarness stream = new StreamHarness()) {
        TestInputTopic<byte[], byte[]> messages =
            stream.driver.createInputTopic(
                "sidereus-" + message.topic(),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        assertThatThrownBy(() -> messages.pipeInput(message.key(), message.value()))
            .hasRootCauseInstanceOf(StateFormatException.class);
        assertThat(stream.readGroups()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withoutFormat")
  void shouldRefuseTheStateOfTheReleaseBeforeFormats(OldRecord record) {
    assertThatThrownBy(() -> READERS.get(record.topic()).apply(record.value()))
        .as(record.topic())
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll("no format number", "0.1.0", "application.id");
  }
}
