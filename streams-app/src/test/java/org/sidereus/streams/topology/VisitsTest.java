package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sidereus.streams.topology.StreamHarness.lastForAllTime;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.visit.ObjectVisits;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/** Several visits of one object in the stream, with a bundle that knows the posterior. */
class VisitsTest {
  private static final double PRIOR_SD = 1;

  /** Magnitudes {@code m} and {@code n} are measurements of the parameter {@code a} itself. */
  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("photometry")
          .version("1")
          .parameters(List.of(new Parameter("a", "mag", Role.SHARED, new Normal(20, PRIOR_SD))))
          .observables(List.of(magnitude("m"), magnitude("n")))
          .features(
              List.of(
                  new Feature(Feature.Kind.VALUE, "m"),
                  new Feature(Feature.Kind.ERROR, "m"),
                  new Feature(Feature.Kind.VALUE, "n"),
                  new Feature(Feature.Kind.ERROR, "n"),
                  new Feature(Feature.Kind.MASK, "n")))
          .samples(2)
          .build();

  private static Observable magnitude(String name) {
    return new Observable(name, "mag", 0.1).withNoise(Noise.NORMAL_FLUX);
  }

  private static StreamHarness stream() {
    return new StreamHarness(null, List.of(bundle("photometry")), 1);
  }

  private static ServedBundle bundle(String name) {
    Manifest named =
        Manifest.builder()
            .name(name)
            .version("1")
            .parameters(MANIFEST.parameters())
            .observables(MANIFEST.observables())
            .features(MANIFEST.features())
            .samples(2)
            .build();
    return ServedBundle.of(named, (rows, sharedFit) -> exact(rows));
  }

  private static List<ObjectSummary> exact(List<float[]> rows) {
    List<ObjectSummary> summaries = new ArrayList<>();
    for (float[] row : rows) {
      double precision = 1 / (PRIOR_SD * PRIOR_SD) + 1 / (row[1] * row[1]);
      double sum = 20 / (PRIOR_SD * PRIOR_SD) + row[0] / (row[1] * row[1]);
      if (row[4] == 1) {
        precision += 1 / (row[3] * row[3]);
        sum += row[2] / (row[3] * row[3]);
      }
      summaries.add(
          new ObjectSummary(
              new double[] {sum / precision}, new double[] {1 / precision}, new double[1][3], 512));
    }
    return summaries;
  }

  private static Observation visit(String name, double seconds, Measurement... measurements) {
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject("object")
        .setGroup("g")
        .setTime(Instant.ofEpochMilli(Math.round(1000 * seconds)))
        .setMeasurements(List.of(measurements))
        .setVisit(name)
        .build();
  }

  private static final Observation FIRST =
      visit("first", 1, new Measurement("m", 20.1, 0.2), new Measurement("n", 20.4, 0.3));
  private static final Observation SECOND = visit("second", 2, new Measurement("m", 20.5, 0.25));
  private static final Observation THIRD =
      visit("third", 3, new Measurement("m", 19.8, null), new Measurement("n", 20.0, 0.1));

  /** One observation whose fluxes are the weighted means of those of some visits. */
  private static Observation inOne(Observation... visits) {
    List<Measurement> means = new ArrayList<>();
    for (String name : List.of("m", "n")) {
      double weights = 0;
      double weighted = 0;
      for (Observation visit : visits) {
        for (Measurement one : visit.getMeasurements()) {
          if (one.getName().equals(name)) {
            double flux = Math.pow(10, -0.4 * one.getValue());
            double magnitudeError = one.getError() == null ? 0.1 : one.getError();
            double error = flux * magnitudeError * Math.log(10) / 2.5;
            weights += 1 / (error * error);
            weighted += flux / (error * error);
          }
        }
      }
      double flux = weighted / weights;
      double error = 1 / Math.sqrt(weights);
      means.add(new Measurement(name, -2.5 * Math.log10(flux), error / flux * 2.5 / Math.log(10)));
    }
    Observation all = visit(null, 3);
    all.setMeasurements(means);
    return all;
  }

  private static double sd(ObjectPosterior posterior) {
    return posterior.getParameters().get(0).getSd();
  }

  private static double mean(ObjectPosterior posterior) {
    return posterior.getParameters().get(0).getMean();
  }

  @Test
  void shouldNarrowThePosteriorWithEachVisitAndCountTheObjectOnce() {
    ObjectPosterior expected;
    GroupPosterior expectedGroup;
    try (StreamHarness stream = stream()) {
      stream.publish(inOne(FIRST, SECOND, THIRD));
      stream.settle();
      expected = stream.posteriors.readValue();
      expectedGroup = lastForAllTime(stream.readGroups(), "g");
    }
    try (StreamHarness stream = stream()) {
      for (Observation one : List.of(FIRST, SECOND, THIRD)) {
        stream.publish(one);
      }
      stream.settle();
      List<ObjectPosterior> all = stream.posteriors.readValuesToList();
      assertThat(all).extracting(ObjectPosterior::getVisits).containsExactly(1, 2, 3);
      assertThat(all).extracting(ObjectPosterior::getRevision).containsExactly(1, 2, 3);
      assertThat(all)
          .extracting(ObjectPosterior::getTime)
          .containsExactly(FIRST.getTime(), SECOND.getTime(), THIRD.getTime());
      assertThat(sd(all.get(1))).isLessThan(sd(all.get(0)));
      assertThat(sd(all.get(2))).isLessThan(sd(all.get(1)));
      // rows are of single precision
      assertThat(mean(all.get(2))).isCloseTo(mean(expected), within(1e-5));
      assertThat(sd(all.get(2))).isCloseTo(sd(expected), within(1e-7));
      GroupPosterior group = lastForAllTime(stream.readGroups(), "g");
      assertThat(group.getObjects()).isOne();
      assertThat(group.getParameters().get(0).getMean())
          .isCloseTo(expectedGroup.getParameters().get(0).getMean(), within(1e-5));
      assertThat(group.getParameters().get(0).getSd())
          .isCloseTo(expectedGroup.getParameters().get(0).getSd(), within(1e-7));
      assertThat(stream.rejections.isEmpty()).isTrue();
    }
  }

  @Test
  void shouldEndTheSameInAnyOrderAndChangeNothingInAReplay() {
    ObjectPosterior last = null;
    GroupPosterior lastGroup = null;
    List<Observation> order = new ArrayList<>(List.of(FIRST, SECOND, THIRD));
    for (int trial = 0; trial < 6; trial++) {
      try (StreamHarness stream = stream()) {
        order.forEach(stream::publish);
        stream.settle();
        List<ObjectPosterior> all = stream.posteriors.readValuesToList();
        ObjectPosterior posterior = all.get(2);
        posterior.setSource(null);
        GroupPosterior group = lastForAllTime(stream.readGroups(), "g");
        if (last != null) {
          assertThat(posterior).isEqualTo(last);
          assertThat(group.getObjects()).isOne();
          assertThat(group.getParameters().get(0).getMean())
              .isCloseTo(lastGroup.getParameters().get(0).getMean(), within(1e-12));
        }
        last = posterior;
        lastGroup = group;
        order.forEach(stream::publish);
        stream.settle();
        assertThat(stream.readGroups()).as("groups after a replay").isEmpty();
        List<ObjectPosterior> replayed = stream.posteriors.readValuesToList();
        assertThat(replayed).hasSize(3);
        for (ObjectPosterior one : replayed) {
          one.setSource(null);
          assertThat(one).isEqualTo(posterior);
        }
      }
      Collections.shuffle(order, new Random(trial));
    }
  }

  @Test
  void shouldReplaceOneVisitByItsNextRevisionAndIgnoreALowerOne() {
    Observation corrected = visit("second", 2, new Measurement("m", 20.2, 0.05));
    corrected.setRevision(2);
    Observation outdated = visit("second", 2, new Measurement("m", 12.0, 0.01));
    outdated.setRevision(1);
    double expected;
    try (StreamHarness stream = stream()) {
      stream.publish(inOne(FIRST, corrected));
      stream.settle();
      expected = mean(stream.posteriors.readValue());
    }
    try (StreamHarness stream = stream()) {
      for (Observation one : List.of(FIRST, SECOND, corrected, outdated)) {
        stream.publish(one);
      }
      stream.publish(inOne(FIRST, corrected));
      stream.settle();
      List<ObjectPosterior> all = stream.posteriors.readValuesToList();
      assertThat(all).extracting(ObjectPosterior::getVisits).containsExactly(1, 2, 2, 2);
      assertThat(all).extracting(ObjectPosterior::getRevision).containsExactly(1, 2, 4, 4);
      assertThat(mean(all.get(2))).isCloseTo(expected, within(1e-5));
      assertThat(mean(all.get(3))).isEqualTo(mean(all.get(2)));
      assertThat(lastForAllTime(stream.readGroups(), "g").getObjects()).isOne();
      // the visit of a lower revision, and the observation without a visit
      assertThat(stream.ledger().outdated()).isEqualTo(2);
      assertThat(stream.ledger().posteriors()).isEqualTo(4);
      assertThat(stream.rejections.readValuesToList())
          .extracting(Rejection::getReason)
          .containsExactly(RejectionReason.OUTDATED);
    }
  }

  @Test
  void shouldRejectABadVisitAndNotKeepIt() {
    Observation infinite = visit("bad", 2, new Measurement("m", Double.POSITIVE_INFINITY, 0.1));
    Observation incomplete = visit("half", 2, new Measurement("n", 20.0, 0.1));
    Observation negative = visit("early", 2, new Measurement("m", 20.0, 0.1));
    negative.setRevision(-1);
    try (StreamHarness stream = stream()) {
      for (Observation one : List.of(FIRST, infinite, incomplete, negative, SECOND)) {
        stream.publish(one);
      }
      stream.settle();
      assertThat(stream.rejections.readValuesToList())
          .extracting(Rejection::getReason)
          .containsExactlyInAnyOrder(
              RejectionReason.NOT_FINITE,
              RejectionReason.MISSING_OBSERVABLE,
              RejectionReason.MALFORMED);
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getVisits)
          .containsExactly(1, 2);
      assertThat(stream.meters.ledgers().get(0).unaccounted()).isZero();
    }
  }

  @Test
  void shouldRejectTheVisitThatIsOneTooMany() {
    try (StreamHarness stream = stream()) {
      for (int i = 0; i <= ObjectVisits.MOST; i++) {
        stream.publish(visit("visit-" + i, 1, new Measurement("m", 20.0, 0.1)));
      }
      stream.settle();
      assertThat(stream.posteriors.readValuesToList()).hasSize(ObjectVisits.MOST);
      Rejection rejection = stream.rejections.readValue();
      assertThat(rejection.getReason()).isEqualTo(RejectionReason.TOO_MANY_VISITS);
      assertThat(rejection.getDetail()).contains("256 visits", "without a visit", "256 or higher");
      assertThat(stream.rejections.isEmpty()).isTrue();
    }
  }

  /** Measurements that no bundle reads are not kept: each event of the object reads all visits. */
  @Test
  void shouldKeepOfAVisitOnlyWhatItsBundleReads() {
    List<Measurement> many = new ArrayList<>(FIRST.getMeasurements());
    for (int i = 0; i < 300; i++) {
      many.add(new Measurement("unread-" + i, 0.0, null));
    }
    try (StreamHarness stream = stream()) {
      for (int i = 0; i < 20; i++) {
        Observation wide = Observation.newBuilder(FIRST).setVisit("v" + i).build();
        wide.setMeasurements(many);
        stream.publish(wide);
      }
      stream.settle();
      KeyValueStore<Bytes, byte[]> store = stream.driver.getKeyValueStore(StreamStores.VISITS);
      assertThat(entries(store)).hasSize(20);
      assertThat(entries(store).values()).allMatch(one -> one.remaining() < 200);
      assertThat(stream.posteriors.readValuesToList()).hasSize(20);
    }
  }

  @Test
  void shouldKeepObjectsAndBundlesApartAndVisitsOfAnObjectThatMovesTogether() {
    Observation otherGroup = Observation.newBuilder(SECOND).setGroup("h").build();
    Observation noGroup = Observation.newBuilder(SECOND).setGroup(null).build();
    Observation otherObject = Observation.newBuilder(SECOND).setObject("objects").build();
    Observation otherBundle = Observation.newBuilder(SECOND).setBundle("two").build();
    List<ServedBundle> bundles = List.of(bundle("one"), bundle("two"));
    try (StreamHarness stream = new StreamHarness(null, bundles, 1)) {
      for (Observation one : List.of(FIRST, otherGroup, noGroup, otherObject, otherBundle, THIRD)) {
        stream.publish(one);
      }
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(one -> one.getBundle() + " " + one.getVisits())
          .containsExactly(
              "one 1", "two 1", "one 2", "two 2", "one 2", "two 2", "one 1", "two 1", "two 2",
              "one 3", "two 3");
      stream.settle();
      List<GroupPosterior> groups = stream.readGroups();
      assertThat(lastForAllTime(groups, "g").getObjects()).isEqualTo(2);
    }
  }

  /** After a crash, events that waited for their batch are read a second time. */
  @Test
  void shouldMakeTheSameRequestWhenAnEventIsReadAgain() {
    try (StreamHarness stream = stream()) {
      stream.publish(FIRST);
      stream.publish(SECOND);
      KeyValueStore<Bytes, byte[]> store = stream.driver.getKeyValueStore(StreamStores.VISITS);
      Map<Bytes, ByteBuffer> before = entries(store);
      assertThat(before).hasSize(2);

      DecodedEvent again =
          new IntakeVisits(store, List.of(bundle("photometry")))
              .take(
                  new DecodedEvent.Readable(
                      SECOND,
                      List.of(new InferenceRequest(bundle("photometry"), new float[0])),
                      List.of()));

      assertThat(((DecodedEvent.Readable) again).requests().get(0).visits())
          .hasValue(new IntakeVisits.Combined(2, 2, SECOND.getTime().toEpochMilli(), false));
      assertThat(entries(store)).isEqualTo(before);
    }
  }

  private static Map<Bytes, ByteBuffer> entries(KeyValueStore<Bytes, byte[]> store) {
    Map<Bytes, ByteBuffer> all = new HashMap<>();
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      entries.forEachRemaining(one -> all.put(one.key, ByteBuffer.wrap(one.value)));
    }
    return all;
  }
}
