package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sidereus.streams.topology.StreamHarness.lastForAllTime;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.MarginalDensity;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.registry.RegisteredSchema;
import org.sidereus.schemas.registry.RegistryClient;
import org.sidereus.schemas.registry.RegistryUnreachableException;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.testing.LinearGaussianBundle;

class SidereusTopologyTest {

  @Test
  void shouldGiveAnObservationItsPosteriorAndItsPosition() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("first", "g", 1));
      stream.publish(observation("star", "g", 1.5));
      stream.settle();
      List<ObjectPosterior> all = stream.posteriors.readValuesToList();
      assertThat(all).hasSize(2);
      ObjectPosterior one = all.get(1);
      assertThat(one.getObject()).isEqualTo("star");
      assertThat(one.getGroup()).isEqualTo("g");
      assertThat(one.getTime()).isEqualTo(Instant.ofEpochMilli(1500));
      assertThat(one.getBundle()).isEqualTo(StreamHarness.BUNDLE);
      assertThat(one.getBundleVersion()).isEqualTo("1");
      assertThat(one.getSource().getTopic()).isEqualTo(StreamHarness.TOPICS.observations());
      assertThat(one.getSource().getOffset()).isEqualTo(1);
      assertThat(one.getParameters()).extracting("name").containsExactly("a", "b", "c");
      ObjectSummary exact =
          StreamHarness.exact(List.of(new float[] {0.1f, 0.2f, 0.3f, 0.4f})).get(0);
      assertThat(one.getParameters().get(0).getMean()).isEqualTo(exact.mean()[0]);
      assertThat(one.getParameters().get(0).getSd()).isEqualTo(exact.sd(0));
      assertThat(one.getCovariance()).hasSize(9);
      assertThat(stream.rejections.isEmpty()).isTrue();
    }
  }

  @Test
  void shouldBatchUntilFullOrUntilTheLingerIsOver() {
    try (StreamHarness stream = new StreamHarness()) {
      for (int i = 0; i < 6; i++) {
        stream.publish(observation("o" + i, null, i));
      }
      assertThat(stream.posteriors.readValuesToList()).hasSize(4);
      assertThat(stream.ledger().pending()).isEqualTo(2);
      stream.driver.advanceWallClockTime(StreamHarness.LINGER);
      assertThat(stream.posteriors.readValuesToList()).hasSize(2);
      assertThat(stream.batches).containsExactly(4, 2);
      assertThat(stream.ledger().pending()).isZero();
    }
  }

  @Test
  void shouldInferWhatIsReadyBeforeACommit() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("a", null, 1));
      stream.publish(observation("b", null, 1));
      assertThat(stream.batches).isEmpty();
      stream.beforeCommit = true;
      stream.publish(observation("c", null, 1));
      assertThat(stream.batches).containsExactly(3);
    }
  }

  @Test
  void shouldCombineAGroupAsTheModelDoes() {
    try (StreamHarness stream = new StreamHarness()) {
      List<Observation> all = new ArrayList<>();
      Random random = new Random(3);
      for (int i = 0; i < 50; i++) {
        all.add(
            observation(
                "o" + i,
                i % 2 == 0 ? "even" : "odd",
                i * 0.01,
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextGaussian()));
      }
      all.forEach(stream::publish);
      stream.settle();
      GroupPosterior posterior = lastForAllTime(stream.readGroups(), "even");
      GroupSummary expected = combined(all.stream().filter(o -> o.getGroup().equals("even")));
      assertThat(posterior.getObjects()).isEqualTo(25);
      assertThat(posterior.getClosed()).isFalse();
      assertSame(posterior, expected);
      assertThat(posterior.getTime()).isEqualTo(Instant.ofEpochMilli(480));
    }
  }

  @Test
  void shouldPublishAGroupSoonAfterItsStreamRests() {
    try (StreamHarness stream = new StreamHarness()) {
      for (int objects = 1; objects <= 3; objects++) {
        stream.publish(observation("o" + objects, "g", 1)); // event time stands still
        int waitedMs = 0;
        List<GroupPosterior> posteriors = new ArrayList<>();
        while (posteriors.isEmpty() && waitedMs < 1_000) {
          stream.driver.advanceWallClockTime(Duration.ofMillis(5));
          waitedMs += 5;
          posteriors.addAll(stream.readGroups());
        }
        assertThat(lastForAllTime(posteriors, "g").getObjects()).isEqualTo(objects);
        // a batch's linger, and twice a rest with the tick that sees it
        assertThat(waitedMs)
            .isLessThan(80)
            .isLessThan((int) StreamHarness.GROUPS_INTERVAL.toMillis());
      }
    }
  }

  @Test
  void shouldNotDependOnTheOrder() {
    List<Observation> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(observation("o" + i, "g", i * 0.01, i * 0.1, 1 - i * 0.02, 0.3, Math.sin(i)));
    }
    GroupPosterior inOrder = allTimeOf(all);
    Collections.shuffle(all, new Random(5));
    GroupPosterior shuffled = allTimeOf(all);
    for (int i = 0; i < inOrder.getParameters().size(); i++) {
      assertThat(shuffled.getParameters().get(i).getMean())
          .isCloseTo(inOrder.getParameters().get(i).getMean(), within(1e-12));
      assertThat(shuffled.getParameters().get(i).getSd())
          .isCloseTo(inOrder.getParameters().get(i).getSd(), within(1e-12));
    }
  }

  private static GroupPosterior allTimeOf(List<Observation> all) {
    try (StreamHarness stream = new StreamHarness()) {
      all.forEach(stream::publish);
      stream.settle();
      return lastForAllTime(stream.readGroups(), "g");
    }
  }

  @Test
  void shouldNotLetATimeFarAheadOfTheClockCloseWindows() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("first", "g", 1));
      stream.publish(observation("from-the-future", "g", StreamHarness.AHEAD_S + 1));
      stream.publish(observation("as-far-as-is-allowed", "g", StreamHarness.AHEAD_S));
      stream.settle();

      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.IMPLAUSIBLE_TIME);
                assertThat(one.getObject()).isEqualTo("from-the-future");
                assertThat(one.getDetail()).contains("observation.max.ahead");
              });
      assertThat(stream.posteriors.readValuesToList()).hasSize(2);
      assertThat(stream.ledger().streamTimeMs()).isEqualTo(1_000 * StreamHarness.AHEAD_S);
    }
  }

  @Test
  void shouldNameTheClockOfAProducerThatIsBehindItsObservations() {
    try (StreamHarness stream = new StreamHarness()) {
      Observation present = observation("o", "g", 990);
      stream.observations.pipeInput(
          "o".getBytes(StandardCharsets.UTF_8), stream.bytes(present), Instant.ofEpochSecond(100));
      stream.settle();
      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(
              one ->
                  assertThat(one.getDetail())
                      .contains("the clock of its producer", "published at 1970-01-01T00:01:40Z"));
    }
  }

  @Test
  void shouldRefuseWhatIsTooLargeWhileOthersWaitForTheRegistry() {
    AbsentRegistry absent = new AbsentRegistry();
    try (StreamHarness stream = new StreamHarness(absent, null)) {
      absent.registry = stream.registry;
      absent.away = true;
      stream.publish(observation("waits", "g", 1));
      stream.observations.pipeInput(new byte[10_000], new byte[1]);

      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(one -> assertThat(one.getReason()).isEqualTo(RejectionReason.TOO_LARGE));
      assertThat(stream.meters.ledgers().get(0))
          .satisfies(
              ledger -> {
                assertThat(ledger.waiting()).isOne();
                assertThat(ledger.unaccounted()).isZero();
              });
    }
  }

  @Test
  void shouldReplaceRepeatsAndCorrections() {
    try (StreamHarness stream = new StreamHarness()) {
      Observation kept = observation("kept", "g", 1);
      Observation wrong = observation("corrected", "g", 1, 5, 5, 5, 5);
      Observation right = observation("corrected", "g", 1.5, 0.1, 0.1, 0.1, 0.1);
      right.setRevision(2);
      Observation outdated = observation("corrected", "g", 1.2, 9, 9, 9, 9);
      outdated.setRevision(1);
      for (Observation one : List.of(kept, wrong, kept, right, outdated, right)) {
        stream.publish(one);
      }
      stream.settle();
      GroupPosterior posterior = lastForAllTime(stream.readGroups(), "g");
      assertThat(posterior.getObjects()).isEqualTo(2);
      assertSame(posterior, combined(Stream.of(kept, right)));
      assertThat(stream.posteriors.readValuesToList()).hasSize(5);
      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.OUTDATED);
                assertThat(one.getDetail()).contains("revision 1", "revision 2", "withdraw");
              });
      assertThat(stream.ledger().outdated()).isEqualTo(1);
    }
  }

  @Test
  void shouldPublishNothingNewForARepeatedReplay() {
    try (StreamHarness stream = new StreamHarness()) {
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 20; i++) {
          stream.publish(observation("o" + i, "g", i));
        }
        stream.publishEnd(40);
        stream.settle();
        if (pass == 0) {
          assertThat(lastForAllTime(stream.readGroups(), "g").getObjects()).isEqualTo(20);
        }
      }
      assertThat(stream.readGroups()).isEmpty();
      assertThat(stream.posteriors.readValuesToList()).hasSize(40);
    }
  }

  @Test
  void shouldCloseWindowsByStreamTimeAndGrace() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("a", "g", 1));
      stream.publish(observation("bb", "g", 9));
      stream.settle();
      stream.publish(observation("c", "g", 11));
      stream.publish(observation("late, but within the grace", "g", 8));
      stream.settle();
      assertThat(closed(stream.readGroups())).isEmpty();
      stream.publish(observation("d", "g", 12));
      stream.publish(observation("too late", "g", 7));
      stream.settle();
      List<GroupPosterior> all = stream.readGroups();
      assertThat(closed(all)).hasSize(1);
      GroupPosterior window = closed(all).get(0);
      assertThat(window.getWindowStart()).isEqualTo(Instant.ofEpochSecond(0));
      assertThat(window.getWindowEnd()).isEqualTo(Instant.ofEpochSecond(10));
      assertThat(window.getObjects()).isEqualTo(3);
      assertThat(lastForAllTime(all, "g").getObjects()).isEqualTo(6);
      assertThat(stream.ledger().late()).isEqualTo(1);
    }
  }

  @Test
  void shouldMoveACorrectionToTheWindowOfItsTime() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("stays", "g", 9));
      stream.publish(observation("moves", "g", 9));
      stream.settle();
      Observation moved = observation("moves", "g", 10.5);
      stream.publish(moved);
      stream.publishEnd(20);
      stream.settle();
      List<GroupPosterior> closed = closed(stream.readGroups());
      assertThat(closed).extracting(GroupPosterior::getObjects).containsExactly(1L, 1L);
      assertSame(closed.get(1), combined(Stream.of(moved)));
    }
  }

  @Test
  void shouldCloseTheLastWindowByTheMarkerAfterAllBeforeIt() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("a", "g", 1));
      stream.publish(observation("bb", "g", 2));
      stream.publishEnd(10);
      List<GroupPosterior> all = stream.readGroups();
      assertThat(closed(all)).hasSize(1);
      assertThat(closed(all).get(0).getObjects()).isEqualTo(2);
      assertThat(lastForAllTime(all, "g").getObjects()).isEqualTo(2);
      assertThat(stream.ledger().markers()).isEqualTo(1);
      assertThat(stream.ledger().events()).isEqualTo(2);
    }
  }

  @Test
  void shouldCloseNothingBeforeEveryPartitionHasReported() {
    List<ServedBundle> bundles = List.of(StreamHarness.bundle("b", "1", null));
    try (StreamHarness stream = new StreamHarness(null, bundles, 2)) {
      stream.publish(observation("a", "g", 1));
      stream.publishEnd(10);
      stream.settle();
      assertThat(closed(stream.readGroups())).isEmpty();
    }
  }

  @Test
  void shouldRejectEventsWithReasonPositionAndBytes() {
    try (StreamHarness stream = new StreamHarness()) {
      Observation good = observation("good", "g", 1);
      byte[] goodBytes = stream.bytes(good);
      Observation foreignBundle = observation("o", "g", 1);
      foreignBundle.setBundle("nobody");
      Observation doubled = observation("o", "g", 1);
      doubled.getMeasurements().add(new Measurement("y1", 1.0, null));
      Observation badError = observation("o", "g", 1);
      badError.getMeasurements().get(0).setError(-1.0);
      byte[] unknownId = goodBytes.clone();
      unknownId[4] = 99;
      byte[] foreign = goodBytes.clone();
      Schema other = new Schema.Parser().parse("{\"type\":\"string\"}");
      foreign[4] = (byte) stream.registry.register("other-value", other);
      record Case(byte[] value, RejectionReason reason) {}
      List<Case> cases =
          List.of(
              new Case(Arrays.copyOf(goodBytes, goodBytes.length - 3), RejectionReason.MALFORMED),
              new Case("{}".getBytes(StandardCharsets.UTF_8), RejectionReason.MALFORMED),
              new Case(unknownId, RejectionReason.UNKNOWN_SCHEMA),
              new Case(foreign, RejectionReason.UNKNOWN_SCHEMA),
              new Case(stream.bytes(doubled), RejectionReason.MALFORMED),
              new Case(
                  stream.bytes(endOfSurvey("9999-12-31T23:59:59Z")),
                  RejectionReason.IMPLAUSIBLE_TIME),
              new Case(stream.bytes(observation("o", "g", 1e15)), RejectionReason.MALFORMED),
              new Case(stream.bytes(foreignBundle), RejectionReason.UNKNOWN_BUNDLE),
              new Case(stream.bytes(observation(" ", "g", 1)), RejectionReason.MISSING_IDENTIFIER),
              new Case(
                  stream.bytes(observation("o", "g", 1, 1, 2, 3)),
                  RejectionReason.MISSING_OBSERVABLE),
              new Case(
                  stream.bytes(observation("o", "g", 1, 1, 2, 3, Double.NaN)),
                  RejectionReason.NOT_FINITE),
              new Case(
                  stream.bytes(observation("o", "g", 1, 1, 2, 3, Double.POSITIVE_INFINITY)),
                  RejectionReason.NOT_FINITE),
              new Case(
                  stream.bytes(observation("o", "g", StreamHarness.AHEAD_S + 1)),
                  RejectionReason.IMPLAUSIBLE_TIME),
              new Case(
                  stream.bytes(observation("o".repeat(1_025), "g", 1)), RejectionReason.MALFORMED),
              new Case(
                  stream.bytes(observation("o", "g".repeat(1_025), 1)), RejectionReason.MALFORMED),
              new Case(new byte[10_000], RejectionReason.TOO_LARGE));
      for (Case one : cases) {
        stream.observations.pipeInput(new byte[] {7}, one.value());
      }
      stream.publish(good);
      stream.settle();

      List<Rejection> rejections = stream.rejections.readValuesToList();
      assertThat(rejections).hasSameSizeAs(cases);
      for (int i = 0; i < cases.size(); i++) {
        Rejection rejection = rejections.get(i);
        assertThat(rejection.getReason())
            .as(rejection.getDetail())
            .isEqualTo(cases.get(i).reason());
        assertThat(rejection.getOffset()).isEqualTo(i);
        assertThat(rejection.getTopic()).isEqualTo(StreamHarness.TOPICS.observations());
        assertThat(rejection.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
        byte[] value = cases.get(i).value();
        byte[] carried = value == null ? null : Arrays.copyOf(value, Math.min(value.length, 5_000));
        assertThat(rejection.getValue())
            .isEqualTo(carried == null ? null : ByteBuffer.wrap(carried));
        assertThat(rejection.getDetail()).isNotBlank();
      }
      assertThat(stream.posteriors.readValuesToList()).hasSize(1);
      LedgerCounts ledger = stream.ledger();
      assertThat(ledger.events()).isEqualTo(cases.size() + 1);
      assertThat(ledger.rejections()).isEqualTo(cases.size());
      assertThat(ledger.posteriors()).isEqualTo(1);
      assertThat(ledger.pending()).isZero();
    }
  }

  private static Observation endOfSurvey(String time) {
    Observation end = observation("", null, 1);
    end.setKind(ObservationKind.END_OF_SURVEY);
    end.setTime(Instant.parse(time));
    return end;
  }

  @Test
  void shouldRejectAnEventWithNeitherKeyNorValue() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.observations.pipeInput(null, (byte[]) null);
      assertThat(stream.rejections.readValue().getReason()).isEqualTo(RejectionReason.MALFORMED);
      assertThat(stream.ledger().withdrawals()).isZero();
    }
  }

  @Test
  void shouldRejectOnlyTheObjectThatBreaksItsBatch() {
    Inference fragile =
        (rows, sharedFit) -> {
          if (rows.stream().anyMatch(row -> row[0] == 66)) {
            throw new IllegalStateException("66 is more than it can bear");
          }
          return StreamHarness.exact(rows);
        };
    try (StreamHarness stream = new StreamHarness(null, fragile)) {
      stream.publish(observation("a", "g", 1));
      stream.publish(observation("breaks", "g", 1, 66, 1, 1, 1));
      stream.publish(observation("b", "g", 1));
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getObject)
          .containsExactly("a", "b");
      Rejection rejection = stream.rejections.readValue();
      assertThat(rejection.getReason()).isEqualTo(RejectionReason.INFERENCE_FAILED);
      assertThat(rejection.getDetail()).contains("66 is more");
      assertThat(rejection.getObject()).isEqualTo("breaks");
      assertThat(rejection.getOffset()).isEqualTo(1);
      assertThat(lastForAllTime(stream.readGroups(), "g").getObjects()).isEqualTo(2);
    }
  }

  /** A posterior without variance in a direction is degenerate for the combination only. */
  @Test
  void shouldGiveAnObservationWithoutAGroupItsPosteriorWhereTheContributionFails() {
    List<BitSet> fits = new ArrayList<>();
    Inference degenerate =
        (rows, sharedFit) -> {
          fits.add((BitSet) sharedFit.clone());
          return Collections.nCopies(
              rows.size(),
              new ObjectSummary(
                  LinearGaussianBundle.PRIOR_MEANS, new double[9], new double[3][3], 512));
        };
    try (StreamHarness stream = new StreamHarness(null, degenerate)) {
      stream.publish(observation("alone", null, 1));
      stream.publish(observation("grouped", "g", 1));
      stream.publish(observation("blank", " ", 1));
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getObject)
          .containsExactly("alone", "blank");
      Rejection rejection = stream.rejections.readValue();
      assertThat(rejection.getObject()).isEqualTo("grouped");
      assertThat(rejection.getReason()).isEqualTo(RejectionReason.INFERENCE_FAILED);
      assertThat(fits).containsExactly(BitSet.valueOf(new long[] {0b010}));
      assertThat(stream.meters.ledgers().get(0).unaccounted()).isZero();
    }
  }

  @Test
  void shouldPutAnObservationToAllBundlesOrToTheOneItNames() {
    List<ServedBundle> bundles =
        List.of(StreamHarness.bundle("one", "1", null), StreamHarness.bundle("two", "7", null));
    try (StreamHarness stream = new StreamHarness(null, bundles, 1)) {
      stream.publish(observation("both", "g", 1));
      Observation named = observation("named", "g", 1);
      named.setBundle("two");
      stream.publish(named);
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(one -> one.getObject() + " " + one.getBundle())
          .containsExactly("both one", "both two", "named two");
      assertThat(stream.ledger().events()).isEqualTo(2);
      assertThat(stream.ledger().requests()).isEqualTo(3);
      List<GroupPosterior> groups = stream.readGroups();
      assertThat(groups)
          .filteredOn(one -> one.getWindowStart() == null)
          .extracting(
              one -> one.getBundle() + " " + one.getBundleVersion() + " " + one.getObjects())
          .containsExactlyInAnyOrder("one 1 1", "two 7 2");
    }
  }

  @Test
  void shouldWaitForAnAbsentRegistryAndKeepTheOrder() {
    AbsentRegistry absent = new AbsentRegistry();
    try (StreamHarness stream = new StreamHarness(absent, null)) {
      absent.registry = stream.registry;
      absent.away = true;
      stream.publish(observation("first", "g", 1));
      stream.observations.pipeInput(new byte[0], new byte[] {1, 2, 3});
      stream.publishEnd(10);
      stream.publish(observation("second", "g", 11));
      stream.settle();
      assertThat(stream.posteriors.isEmpty()).isTrue();
      // An event that is no record at all needs no schema.
      assertThat(stream.rejections.readValuesToList()).hasSize(1);
      assertThat(stream.ledger().pending()).isEqualTo(3);
      absent.away = false;
      stream.driver.advanceWallClockTime(Duration.ofSeconds(2));
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getObject)
          .containsExactly("first", "second");
      assertThat(stream.rejections.isEmpty()).isTrue();
      assertThat(stream.ledger().events()).isEqualTo(3);
      assertThat(stream.ledger().markers()).isEqualTo(1);
      assertThat(stream.ledger().pending()).isZero();
      assertThat(closed(stream.readGroups())).hasSize(1);
    }
  }

  /** A registry that can be taken away. */
  private static final class AbsentRegistry implements RegistryClient {
    private RegistryClient registry;
    private boolean away;

    private RegistryClient there() {
      if (away) {
        throw new RegistryUnreachableException("nobody is there");
      }
      return registry;
    }

    @Override
    public int register(String subject, Schema schema) {
      return registry.register(subject, schema);
    }

    @Override
    public int idOf(String subject, Schema schema) {
      return registry.idOf(subject, schema);
    }

    @Override
    public Schema schema(int id) {
      return there().schema(id);
    }

    @Override
    public RegisteredSchema latest(String subject) {
      return there().latest(subject);
    }

    @Override
    public boolean isCompatible(String subject, Schema schema) {
      return there().isCompatible(subject, schema);
    }
  }

  private static List<GroupPosterior> closed(List<GroupPosterior> posteriors) {
    return posteriors.stream().filter(GroupPosterior::getClosed).toList();
  }

  private static GroupSummary combined(Stream<Observation> observations) {
    Combiner combiner = StreamHarness.bundle("b", "1", null).combiner();
    GroupState state = GroupState.empty(combiner.length());
    for (Observation one : observations.toList()) {
      float[] row = new float[4];
      for (int i = 0; i < 4; i++) {
        row[i] = (float) one.getMeasurements().get(i).getValue();
      }
      state = state.plus(combiner.contribution(StreamHarness.exact(List.of(row)).get(0)));
    }
    return combiner.combine(state);
  }

  private static void assertSame(GroupPosterior posterior, GroupSummary expected) {
    for (int i = 0; i < expected.mean().length; i++) {
      assertThat(posterior.getParameters().get(i).getMean())
          .isCloseTo(expected.mean()[i], within(1e-12));
      assertThat(posterior.getParameters().get(i).getSd()).isCloseTo(expected.sd(i), within(1e-12));
      assertThat(posterior.getParameters().get(i).getRobustSd())
          .isCloseTo(expected.robustSd(i), within(1e-12));
      assertThat(posterior.getParameters().get(i).getQ975())
          .isCloseTo(expected.factorized().quantiles()[i][4], within(1e-12));
      assertThat(posterior.getParameters().get(i).getDensityNodes())
          .hasSize(MarginalDensity.POINTS);
    }
    assertThat(posterior.getMethod()).isEqualTo(expected.factorized().method().name());
    if (expected.disagreement() == null) {
      assertThat(posterior.getHeterogeneity()).isNull();
    } else {
      assertThat(posterior.getHeterogeneity())
          .isCloseTo(expected.disagreement().ratio(), within(1e-9));
    }
  }
}
