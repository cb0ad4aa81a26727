package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.topology.StreamHarness.lastForAllTime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.testing.LinearGaussianBundle;

/** Groups with flagged objects. The value of y4 says which flags an object has. */
class FlaggedObjectsTest {
  private static final double[] Y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
  private static final double CLEAN = Y[3];
  private static final double UNSUPPORTED = Y[3] + 0.1;
  private static final double UNSUPPORTED_MISFIT = Y[3] + 0.2;

  private static StreamHarness stream(FlaggedObjects flagged) {
    Manifest manifest =
        Manifest.parse(LinearGaussianBundle.manifest(LinearGaussianBundle.NAME, "1"));
    return new StreamHarness(
        null,
        List.of(
            ServedBundle.of(
                manifest,
                (rows, sharedFit) -> flagged(rows),
                CombinationMethod.POLYNOMIAL,
                flagged)),
        1);
  }

  private static List<ObjectSummary> flagged(List<float[]> rows) {
    List<ObjectSummary> exact = StreamHarness.exact(rows);
    List<ObjectSummary> summaries = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ObjectSummary one = exact.get(i);
      summaries.add(one.toBuilder().flags(flags(rows.get(i)[3])).build());
    }
    return summaries;
  }

  private static Set<ObjectFlag> flags(double y4) {
    if (y4 > UNSUPPORTED_MISFIT - 0.05) {
      return Set.of(ObjectFlag.MODEL_MISFIT, ObjectFlag.OUT_OF_SUPPORT);
    }
    return y4 > UNSUPPORTED - 0.05 ? Set.of(ObjectFlag.OUT_OF_SUPPORT) : Set.of();
  }

  private static Observation object(String name, String group, double seconds, double y4) {
    return StreamHarness.observation(
        name, group, seconds, Y[0], Y[1], Y[2] + 0.01 * name.length(), y4);
  }

  private static Observation corrected(Observation observation, int revision) {
    return Observation.newBuilder(observation).setRevision(revision).build();
  }

  private static void assertCounts(
      GroupPosterior posterior, long combined, long leftOut, LeftOut... byFlag) {
    assertThat(posterior.getObjects()).isEqualTo(combined + leftOut);
    assertThat(posterior.getCombined()).isEqualTo(combined);
    assertThat(posterior.getLeftOut()).isEqualTo(leftOut);
    assertThat(posterior.getLeftOutByFlag()).containsExactly(byFlag);
  }

  @Test
  void shouldCountFlaggedObjectsAndNotCombineThem() {
    try (StreamHarness stream = stream(FlaggedObjects.LEAVE_OUT)) {
      for (String group : List.of("mixed", "clean")) {
        stream.publish(object("a-" + group, group, 1, CLEAN));
        stream.publish(object("bb-" + group, group, 1, CLEAN));
      }
      stream.publish(object("unsupported", "mixed", 2, UNSUPPORTED));
      stream.publish(object("misfit", "mixed", 1, UNSUPPORTED_MISFIT));
      stream.settle();
      List<GroupPosterior> all = stream.readGroups();
      GroupPosterior mixed = lastForAllTime(all, "mixed");
      GroupPosterior clean = lastForAllTime(all, "clean");
      assertCounts(mixed, 2, 2, new LeftOut("OUT_OF_SUPPORT", 2L), new LeftOut("MODEL_MISFIT", 1L));
      assertCounts(clean, 2, 0);
      assertThat(mixed.getParameters()).isEqualTo(clean.getParameters());
      assertThat(mixed.getTime()).isEqualTo(Instant.ofEpochSecond(2));
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getObject)
          .contains("unsupported", "misfit");
    }
  }

  @Test
  void shouldCombineFlaggedObjectsWhereTheyCount() {
    try (StreamHarness stream = stream(FlaggedObjects.COUNT)) {
      for (String group : List.of("mixed", "clean")) {
        stream.publish(object("a-" + group, group, 1, CLEAN));
      }
      stream.publish(object("misfit", "mixed", 1, UNSUPPORTED_MISFIT));
      stream.settle();
      List<GroupPosterior> all = stream.readGroups();
      GroupPosterior mixed = lastForAllTime(all, "mixed");
      assertCounts(mixed, 2, 0);
      assertThat(mixed.getCovariance()).isNotEqualTo(lastForAllTime(all, "clean").getCovariance());
    }
  }

  @Test
  void shouldFollowTheFlagsOfCorrectedObjects() {
    try (StreamHarness stream = stream(FlaggedObjects.LEAVE_OUT)) {
      stream.publish(object("a", "clean", 1, CLEAN));
      stream.publish(object("bb", "clean", 1, CLEAN));
      stream.settle();
      GroupPosterior clean = lastForAllTime(stream.readGroups(), "clean");

      Observation a = object("a", "g", 1, CLEAN);
      Observation b = object("bb", "g", 1, UNSUPPORTED_MISFIT);
      stream.publish(a);
      stream.publish(b);
      stream.settle();
      assertCounts(
          lastForAllTime(stream.readGroups(), "g"),
          1,
          1,
          new LeftOut("OUT_OF_SUPPORT", 1L),
          new LeftOut("MODEL_MISFIT", 1L));

      stream.publish(corrected(object("bb", "g", 1, UNSUPPORTED), 1));
      stream.settle();
      assertCounts(
          lastForAllTime(stream.readGroups(), "g"), 1, 1, new LeftOut("OUT_OF_SUPPORT", 1L));

      stream.publish(corrected(object("bb", "g", 1, CLEAN), 2));
      stream.settle();
      GroupPosterior repaired = lastForAllTime(stream.readGroups(), "g");
      assertCounts(repaired, 2, 0);
      assertThat(repaired.getParameters()).isEqualTo(clean.getParameters());

      stream.publish(corrected(object("a", "g", 1, UNSUPPORTED), 1));
      stream.publish(corrected(object("bb", "g", 1, UNSUPPORTED), 3));
      stream.settle();
      GroupPosterior empty = lastForAllTime(stream.readGroups(), "g");
      assertCounts(empty, 0, 2, new LeftOut("OUT_OF_SUPPORT", 2L));
      assertThat(empty.getParameters().get(0).getMean())
          .isEqualTo(LinearGaussianBundle.PRIOR_MEANS[0]);
    }
  }

  /** A correction may move an object to another window and give or take its flag. */
  @Test
  void shouldCountInTheWindowOfTheObject() {
    try (StreamHarness stream = stream(FlaggedObjects.LEAVE_OUT)) {
      stream.publish(object("stays", "g", 9, CLEAN));
      stream.publish(object("moves", "g", 9, UNSUPPORTED));
      stream.publish(object("flagged", "g", 9, CLEAN));
      stream.publish(object("late", "g", 9.5, UNSUPPORTED_MISFIT));
      stream.settle();
      stream.publish(corrected(object("moves", "g", 10.5, CLEAN), 1));
      stream.publish(corrected(object("flagged", "g", 10.5, UNSUPPORTED), 1));
      stream.publishEnd(20);
      stream.settle();
      List<GroupPosterior> all = stream.readGroups();
      List<GroupPosterior> closed = all.stream().filter(GroupPosterior::getClosed).toList();
      assertThat(closed).hasSize(2);
      assertCounts(
          closed.get(0), 1, 1, new LeftOut("OUT_OF_SUPPORT", 1L), new LeftOut("MODEL_MISFIT", 1L));
      assertCounts(closed.get(1), 1, 1, new LeftOut("OUT_OF_SUPPORT", 1L));
      assertCounts(
          lastForAllTime(all, "g"),
          2,
          2,
          new LeftOut("OUT_OF_SUPPORT", 2L),
          new LeftOut("MODEL_MISFIT", 1L));
    }
  }
}
