package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.benchmarks.stream.LatencyParts.Part;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.Observation;

class EventTimesTest {
  private static final long MS = 1_000_000;

  private final List<Observation> observations = List.of(observation("a"), observation("b"));
  private final List<float[]> rows = List.of(new float[] {1, 2}, new float[] {1, 3});

  private static Observation observation(String object) {
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject(object)
        .setTime(Instant.EPOCH)
        .build();
  }

  @Test
  void shouldCountFromTheIntendedTimeAlthoughThePublisherWasLate() {
    EventTimes times = new EventTimes(observations, rows);
    long now = System.nanoTime();
    for (int event = 0; event < 2; event++) {
      times.sent(event, now - 500 * MS, now);
      times.stored(event, now + MS);
    }
    // The rows of the service are other arrays with the same numbers, in an order of its own.
    times
        .around((some, sharedFit) -> List.<ObjectSummary>of())
        .infer(List.of(new float[] {1, 3}, new float[] {1, 2}), new BitSet());
    times.read("b", now + 100_000 * MS);
    times.read("a", now + 200_000 * MS);
    times.read("of an earlier run", now);

    LatencyParts all = times.after(0);
    assertThat(all.count()).isEqualTo(2);
    assertThat(all.quantileMs(Part.PUBLISHER, 1)).isCloseTo(500, within(1.0));
    assertThat(all.quantileMs(Part.WHOLE, 1)).isCloseTo(200_500, within(200.0));
    assertThat(times.after(1).quantileMs(Part.WHOLE, 1)).isCloseTo(100_500, within(100.0));
    assertThat(times.latencyNs(1)).hasValue(100_500 * MS);
  }

  @Test
  void shouldSayThatAPosteriorWasNotRead() {
    EventTimes times = new EventTimes(observations);
    times.sent(0, 1, 2);
    assertThat(times.latencyNs(0)).isEmpty();
    assertThatThrownBy(() -> times.after(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseEventsThatTheEngineCannotTellApart() {
    List<float[]> equal = List.of(new float[] {1, 2}, new float[] {1, 2});
    assertThatThrownBy(() -> new EventTimes(observations, equal))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("same object or features");
  }
}
