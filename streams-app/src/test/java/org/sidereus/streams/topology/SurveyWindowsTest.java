package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.topology.StreamHarness.lastForAllTime;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;

/** Windows of several surveys, and of objects without a time. */
class SurveyWindowsTest {

  private static Observation of(String survey, Observation observation) {
    observation.setSurvey(survey);
    return observation;
  }

  private static List<GroupPosterior> closed(List<GroupPosterior> posteriors) {
    return posteriors.stream().filter(GroupPosterior::getClosed).toList();
  }

  /** One live star before, between and after a replay of the past takes nothing from it. */
  @Test
  void shouldCloseTheWindowsOfAReplayOfThePastNextToLiveObservations() {
    List<Observation> past = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      past.add(of("past", observation("p" + i, "g", i)));
    }
    List<GroupPosterior> alone;
    try (StreamHarness stream = new StreamHarness()) {
      past.forEach(stream::publish);
      stream.publishEnd("past", 30);
      stream.settle();
      alone = closed(stream.readGroups());
      assertThat(alone).hasSize(3);
    }
    try (StreamHarness stream = new StreamHarness()) {
      for (int i = 0; i < past.size(); i++) {
        if (i % 10 == 0) {
          stream.publish(of("live", observation("l" + i, "g", 1_000 + i)));
        }
        stream.publish(past.get(i));
      }
      stream.publishEnd("past", 30);
      stream.settle();
      List<GroupPosterior> groups = stream.readGroups();
      assertThat(closed(groups))
          .filteredOn(one -> one.getSurvey().equals("past"))
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("covariance")
          .containsExactlyElementsOf(alone);
      assertThat(closed(groups)).filteredOn(one -> one.getSurvey().equals("live")).hasSize(1);
      assertThat(lastForAllTime(groups, "g").getObjects()).isEqualTo(33);
      assertThat(lastForAllTime(groups, "g").getSurvey()).isNull();
      assertThat(stream.ledger().late()).isZero();
    }
  }

  @Test
  void shouldEndASurveyByItsOwnMarkerOnly() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(of("one", observation("a", "g", 1)));
      stream.publish(of("two", observation("b", "g", 1)));
      stream.publishEnd("one", 10);
      assertThat(closed(stream.readGroups()))
          .extracting(GroupPosterior::getSurvey)
          .containsExactly("one");
      stream.publishEnd("nobody", 10);
      assertThat(closed(stream.readGroups())).isEmpty();
    }
  }

  /** A marker that is too late in event time is undone by going on. */
  @Test
  void shouldOpenTheNextWindowOfASurveyThatGoesOnAfterItsMarker() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("a", "g", 1));
      stream.publishEnd(1_500);
      assertThat(closed(stream.readGroups())).hasSize(1);
      stream.publish(observation("late", "g", 2));
      stream.publish(observation("b", "g", 11));
      stream.settle();
      assertThat(stream.ledger().late()).isOne();
      List<GroupPosterior> groups = stream.readGroups();
      assertThat(closed(groups)).isEmpty();
      assertThat(groups)
          .extracting(GroupPosterior::getWindowStart)
          .contains(Instant.ofEpochSecond(10));
      stream.publish(observation("c", "g", 22));
      stream.settle();
      assertThat(closed(stream.readGroups())).hasSize(1);
    }
  }

  @Test
  void shouldRejectAMarkerThatIsBeyondTheLastWindowThatThereMayBe() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("a", "g", 1));
      stream.publishEnd(StreamHarness.AHEAD_S + 10);
      assertThat(closed(stream.readGroups())).hasSize(1);
      stream.publishEnd(StreamHarness.AHEAD_S + 11);
      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.IMPLAUSIBLE_TIME);
                assertThat(one.getDetail()).contains("survey 'survey'", "observation.max.ahead");
              });
      assertThat(stream.ledger().markers()).isOne();
    }
  }

  @Test
  void shouldCountAnObjectWithoutATimeForAllTimeOnly() {
    Observation undated = observation("o", "g", 1e9);
    undated.setDated(false);
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(undated);
      stream.settle();
      GroupPosterior only = stream.readGroups().get(0);
      assertThat(only.getWindowStart()).isNull();
      assertThat(only.getDated()).isFalse();
      assertThat(only.getTime()).isEqualTo(Instant.EPOCH);
      ObjectPosterior posterior = stream.posteriors.readValue();
      assertThat(posterior.getDated()).isFalse();
      assertThat(stream.ledger().late()).isZero();
      assertThat(stream.ledger().streamTimeMs()).isEqualTo(Long.MIN_VALUE);
      stream.publish(observation("dated", "g", 5));
      stream.settle();
      List<GroupPosterior> groups = stream.readGroups();
      assertThat(lastForAllTime(groups, "g").getTime()).isEqualTo(Instant.ofEpochSecond(5));
      assertThat(groups).hasSize(2);
    }
  }

  @Test
  void shouldTakeAVisitWithoutATime() {
    Observation undated = observation("o", "g", 1);
    undated.setDated(false);
    undated.setVisit("first");
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(undated);
      stream.settle();
      assertThat(stream.posteriors.readValue().getDated()).isFalse();
      assertThat(stream.readGroups()).hasSize(1);
    }
  }
}
