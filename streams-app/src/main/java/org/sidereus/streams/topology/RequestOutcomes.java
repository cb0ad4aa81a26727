package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.BatchInference.Result;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/**
 * The outcomes of inference requests: a posterior with its contribution to the groups of the
 * object, or a rejection.
 */
final class RequestOutcomes {
  private final LongSupplier nowMs;
  private final GroupMembers members;
  private final Ledger ledger;
  private final StreamMeters meters;
  private final CommittedCounts counts;
  private final IntakeOutputs outputs;

  /**
   * The outcomes.
   *
   * @param nowMs time of the clock
   */
  RequestOutcomes(
      LongSupplier nowMs,
      GroupMembers members,
      Ledger ledger,
      StreamMeters meters,
      CommittedCounts counts,
      IntakeOutputs outputs) {
    this.nowMs = nowMs;
    this.members = members;
    this.ledger = ledger;
    this.meters = meters;
    this.counts = counts;
    this.outputs = outputs;
  }

  /** For each bundle, by its name, the results of its requests in the order of the batch. */
  static Map<String, Iterator<Result>> inferred(List<Waiting> batch) {
    Map<String, BatchInference> inferences = new HashMap<>();
    for (Waiting one : batch) {
      DecodedEvent.Readable readable = one.decoded().orElseThrow();
      boolean hasGroup = hasGroup(readable.observation());
      for (InferenceRequest request : readable.requests()) {
        inferences
            .computeIfAbsent(request.bundle().name(), name -> new BatchInference(request.bundle()))
            .add(request.row(), hasGroup);
      }
    }
    Map<String, Iterator<Result>> results = new HashMap<>();
    inferences.forEach((name, inference) -> results.put(name, inference.infer().iterator()));
    return results;
  }

  private static boolean hasGroup(Observation observation) {
    return observation.getGroup() != null && !observation.getGroup().isBlank();
  }

  /**
   * Gives the requests of an event their outcomes.
   *
   * @param results as {@link #inferred} gives them; those of the event are taken
   */
  void conclude(Waiting one, Map<String, Iterator<Result>> results) {
    DecodedEvent.Readable readable = one.decoded().orElseThrow();
    for (InferenceRequest request : readable.requests()) {
      String bundle = request.bundle().name();
      Result result = Objects.requireNonNull(results.get(bundle), bundle).next();
      conclude(one.event(), readable.observation(), request, result);
    }
  }

  private void conclude(
      ReceivedEvent event, Observation received, InferenceRequest request, Result result) {
    Observation observation = request.visits().map(v -> v.of(received)).orElse(received);
    if (result instanceof Result.Failed failed) {
      outputs.reject(failed.cause(), event, Optional.of(observation));
      return;
    }
    Result.Inferred inferred = (Result.Inferred) result;
    ServedBundle bundle = request.bundle();
    MemberKey key =
        new MemberKey(
            observation.getObject(), observation.getSurvey(), bundle.name(), bundle.version());
    Memberships known = members.known(key);
    if (known.revision().orElse(Integer.MIN_VALUE) > observation.getRevision()) {
      ledger.outdated();
      outputs.reject(outdated(key, known, observation), event, Optional.of(observation));
      return;
    }
    ledger.posterior();
    long latencyMs = event.timestampMs() < 0 ? -1 : nowMs.getAsLong() - event.timestampMs();
    Set<ObjectFlag> flags = inferred.summary().flags();
    counts.add(
        () -> {
          meters.posterior(bundle.name(), latencyMs);
          meters.flagged(flags);
        });
    if (request.visits().filter(IntakeVisits.Combined::outdated).isPresent()) {
      ledger.outdated();
    }
    outputs.forward(
        observation.getObject().getBytes(StandardCharsets.UTF_8),
        new IntakeOutput.ToPosteriors(
            AvroRecords.objectPosterior(
                bundle.manifest(),
                observation,
                request.visits().map(IntakeVisits.Combined::count).orElse(1),
                event,
                inferred.summary())));
    KeptSamples kept = inferred.summary().kept();
    if (kept != null) {
      outputs.forward(
          observation.getObject().getBytes(StandardCharsets.UTF_8),
          new IntakeOutput.ToSamples(AvroRecords.samples(bundle.manifest(), observation, kept)));
    }
    members.contribute(
        key,
        known,
        observation,
        inferred.contribution() == null ? new double[0] : inferred.contribution());
  }

  private static RejectionCause outdated(
      MemberKey key, Memberships known, Observation observation) {
    return new RejectionCause(
        RejectionReason.OUTDATED,
        "revision %d of the object is older than revision %d, which bundle '%s' has; publish a revision of at least %d, or withdraw the object first"
            .formatted(
                observation.getRevision(),
                known.revision().getAsInt(),
                key.bundle(),
                known.revision().getAsInt()));
  }
}
