package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
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
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The visits of the objects of one partition. An observation that is one of several visits becomes
 * an inference request for all visits that are known so far.
 *
 * <p>What the bundle reads of a visit is stored, as it was measured, when it is decoded. When it is
 * decoded again, after a restart or in a replay, it is found there and nothing changes. Visits are
 * stored for each bundle: a visit that one bundle rejects is not part of its combinations, and
 * catalogues that are published once for each bundle do not replace each other.
 */
final class IntakeVisits {
  /**
   * Longest stored visit. All visits of an object are read for each event of it: at most {@link
   * ObjectVisits#MOST} times this.
   */
  private static final int MOST_VISIT_BYTES = 16 * 1024;

  /**
   * The visits of a request.
   *
   * @param count number of visits
   * @param revision their revisions in one
   * @param timeMs time of the latest, or {@link EventTime#UNKNOWN} if none has a time
   * @param outdated whether the visit of the event was left out, since a higher revision is known
   */
  record Combined(int count, int revision, long timeMs, boolean outdated) {

    /** An observation with the revision and the time of all visits. */
    Observation of(Observation visit) {
      return Observation.newBuilder(visit)
          .setRevision(revision)
          .setTime(EventTime.instant(timeMs))
          .setDated(EventTime.isKnown(timeMs))
          .build();
    }
  }

  private final KeyValueStore<Bytes, byte[]> store;

  /** By name of the bundle. */
  private final Map<String, VisitCombination> combinations;

  IntakeVisits(KeyValueStore<Bytes, byte[]> store, List<ServedBundle> bundles) {
    this.store = store;
    this.combinations =
        bundles.stream()
            .collect(
                Collectors.toMap(ServedBundle::name, one -> new VisitCombination(one.manifest())));
  }

  /** Stores the event if it is a visit. Call this with every decoded event. */
  DecodedEvent take(DecodedEvent decoded) {
    return decoded instanceof DecodedEvent.Readable readable && isVisit(readable.observation())
        ? combined(readable)
        : decoded;
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
            EventTime.ofMs(observation),
            measured,
            ObservationReader.sharedErrors(observation));
    List<InferenceRequest> requests = new ArrayList<>();
    List<RejectionCause> rejections = new ArrayList<>(readable.rejections());
    for (InferenceRequest one : readable.requests()) {
      request(one.bundle(), observation, visit, requests, rejections);
    }
    return new DecodedEvent.Readable(observation, requests, rejections);
  }

  private void request(
      ServedBundle bundle,
      Observation observation,
      Visit visit,
      List<InferenceRequest> requests,
      List<RejectionCause> rejections) {
    VisitCombination combination =
        Objects.requireNonNull(combinations.get(bundle.name()), bundle.name());
    Visit read = combination.reduced(visit);
    byte[] stored = StoredVisit.toBytes(read);
    if (stored.length > MOST_VISIT_BYTES) {
      rejections.add(
          new RejectionCause(
              RejectionReason.SHARED_ERRORS,
              "bundle '%s' would have to keep %d bytes of the visit and keeps at most %d; send fewer shared errors"
                  .formatted(bundle.name(), stored.length, MOST_VISIT_BYTES)));
      return;
    }
    Bytes object = objectKey(bundle.name(), observation);
    ObjectVisits visits = known(object);
    ObjectVisits.Change change = visits.take(read);
    if (change == ObjectVisits.Change.TOO_MANY) {
      rejections.add(
          new RejectionCause(
              RejectionReason.TOO_MANY_VISITS,
              "bundle '%s' knows %d visits of the object and combines no more; combine them yourself and publish an observation without a visit, of revision %d or higher"
                  .formatted(bundle.name(), visits.count(), visits.revision())));
      return;
    }
    Encoding encoding =
        bundle.encoder().encode(combination.of(visits), combination.sharedErrors(visits));
    if (encoding instanceof Encoding.Refused refused) {
      rejections.add(
          new RejectionCause(
              RejectionCause.reason(refused.reason()),
              "together with the other visits of the object: " + refused.detail()));
      return;
    }
    if (change == ObjectVisits.Change.TAKEN) {
      store.put(visitKey(object, read.name()), stored);
    }
    requests.add(
        new InferenceRequest(
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

  /** Forgets the visits of an object that a withdrawal takes out of everything. */
  void forget(DecodedEvent.Withdrawal withdrawal) {
    BinaryWriter prefix = new BinaryWriter().putString(withdrawal.object());
    withdrawal.survey().ifPresent(prefix::putString);
    List<Bytes> forgotten = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all =
        store.prefixScan(Bytes.wrap(prefix.toBytes()), new BytesSerializer())) {
      all.forEachRemaining(
          one -> {
            BinaryReader in = new BinaryReader(one.key.get());
            in.getString();
            in.getString();
            String bundle = in.getString();
            if (withdrawal.bundle().map(bundle::equals).orElse(true)) {
              forgotten.add(one.key);
            }
          });
    }
    forgotten.forEach(store::delete);
  }

  /** What the keys of an object's visits begin with; no other object's begin so. */
  static Bytes objectKey(String bundle, Observation observation) {
    return Bytes.wrap(
        new BinaryWriter()
            .putString(observation.getObject())
            .putString(observation.getSurvey())
            .putString(bundle)
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
