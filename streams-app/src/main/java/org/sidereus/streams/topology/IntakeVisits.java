package org.sidereus.streams.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.visit.ObjectVisits;
import org.sidereus.engine.visit.Visit;
import org.sidereus.engine.visit.VisitCombination;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.topology.DecodedEvent.Question;
import org.sidereus.streams.topology.DecodedEvent.Refusal;

/**
 * The visits of the objects of one partition. An observation that is one of several visits becomes
 * a question about all visits that are known so far.
 *
 * <p>A visit is kept, as it was measured, when it is read; whoever reads it again, after a restart
 * or in a replay, finds it there and changes nothing. Visits are kept by the bundle that is asked,
 * so that one that a bundle must refuse does not come back in its combinations, and catalogues that
 * are published once for each bundle do not replace each other.
 */
final class IntakeVisits {

  /**
   * What a question is about if it is about visits.
   *
   * @param count number of visits
   * @param revision their revisions in one
   * @param timeMs time of the latest
   * @param outdated whether the visit that asked was left out, since a higher revision is known
   */
  record Combined(int count, int revision, long timeMs, boolean outdated) {

    /** An observation as if it had measured what its object's visits say together. */
    Observation of(Observation visit) {
      return Observation.newBuilder(visit)
          .setRevision(revision)
          .setTime(Instant.ofEpochMilli(timeMs))
          .build();
    }
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final List<ServedBundle> bundles;
  private final List<VisitCombination> combinations;

  IntakeVisits(KeyValueStore<Bytes, byte[]> store, List<ServedBundle> bundles) {
    this.store = store;
    this.bundles = bundles;
    this.combinations =
        bundles.stream().map(bundle -> new VisitCombination(bundle.manifest())).toList();
  }

  /** Keeps the visit of an event, if it is one. To be called with everything that is read. */
  DecodedEvent take(DecodedEvent reading) {
    return reading instanceof DecodedEvent.Readable readable && isVisit(readable.observation())
        ? combined(readable)
        : reading;
  }

  static boolean isVisit(Observation observation) {
    String visit = observation.getVisit();
    return visit != null && !visit.isBlank();
  }

  private DecodedEvent combined(DecodedEvent.Readable readable) {
    Observation observation = readable.observation();
    Map<String, Measurement> measured = new HashMap<>();
    for (var one : observation.getMeasurements()) {
      measured.put(one.getName(), new Measurement(one.getValue(), one.getError()));
    }
    Visit visit =
        new Visit(
            observation.getVisit(),
            observation.getRevision(),
            observation.getTime().toEpochMilli(),
            measured);
    List<Question> questions = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>(readable.refusals());
    for (Question question : readable.questions()) {
      ask(question.bundle(), observation, visit, questions, refusals);
    }
    return new DecodedEvent.Readable(observation, questions, refusals);
  }

  private void ask(
      int bundle,
      Observation observation,
      Visit visit,
      List<Question> questions,
      List<Refusal> refusals) {
    Bytes object = objectKey(bundles.get(bundle).name(), observation);
    ObjectVisits visits = known(object);
    ObjectVisits.Change change = visits.take(visit);
    if (change == ObjectVisits.Change.TOO_MANY) {
      refusals.add(
          new Refusal(
              RejectionReason.TOO_MANY_VISITS,
              "bundle '%s' knows %d visits of the object and combines no more; combine them yourself and publish an observation without a visit, of revision %d or higher"
                  .formatted(bundles.get(bundle).name(), visits.count(), visits.revision())));
      return;
    }
    Encoding encoding = bundles.get(bundle).encoder().encode(combinations.get(bundle).of(visits));
    if (encoding instanceof Encoding.Refused refused) {
      refusals.add(
          new Refusal(
              RejectionReason.valueOf(refused.reason().name()),
              "together with the other visits of the object: " + refused.detail()));
      return;
    }
    if (change == ObjectVisits.Change.TAKEN) {
      store.put(visitKey(object, visit.name()), StoredVisit.toBytes(visit));
    }
    questions.add(
        new Question(
            bundle,
            ((Encoding.Row) encoding).features(),
            Optional.of(
                new Combined(
                    visits.count(),
                    visits.revision(),
                    visits.timeMs(),
                    change == ObjectVisits.Change.OUTDATED))));
  }

  private ObjectVisits known(Bytes object) {
    ObjectVisits visits = new ObjectVisits();
    try (KeyValueIterator<Bytes, byte[]> all = store.prefixScan(object, new BytesSerializer())) {
      all.forEachRemaining(one -> visits.take(StoredVisit.of(one.value)));
    }
    return visits;
  }

  /** What the keys of an object's visits begin with; no other object's begin so. */
  static Bytes objectKey(String bundle, Observation observation) {
    String group = observation.getGroup();
    return Bytes.wrap(
        new BinaryWriter()
            .putString(bundle)
            .putString(observation.getSurvey())
            .putString(group == null ? "" : group)
            .putString(observation.getObject())
            .toBytes());
  }

  static Bytes visitKey(Bytes object, String visit) {
    byte[] name = new BinaryWriter().putString(visit).toBytes();
    byte[] key = new byte[object.get().length + name.length];
    System.arraycopy(object.get(), 0, key, 0, object.get().length);
    System.arraycopy(name, 0, key, object.get().length, name.length);
    return Bytes.wrap(key);
  }
}
