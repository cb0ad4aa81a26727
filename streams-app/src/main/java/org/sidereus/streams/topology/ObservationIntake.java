package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.BatchInference.Result;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/**
 * Takes in the events of one partition of the observations. Each inference request of an event gets
 * exactly one outcome: a posterior or a rejection. Outcomes come in the order of the events, in
 * batches.
 *
 * <p>Posteriors and rejections carry the Kafka timestamp of their event. Contributions to groups
 * leave as partial sums, at most once per emit interval for each group.
 */
final class ObservationIntake implements Processor<byte[], byte[], byte[], IntakeOutput> {
  /** Bound of the memory of a batch, whatever the size of its observations. */
  private static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  /** Objects of a renamed group to look at in one call, in batches: some milliseconds. */
  private static final int MOVED_BATCHES = 4;

  private final StreamRules rules;
  private final ObservationReader reader;
  private final StreamMeters meters;
  private final EndOffsets ends;

  private ProcessorContext<byte[], IntakeOutput> context;
  private KeyValueStore<Integer, byte[]> ledgerStore;
  private Ledger ledger;
  private PendingObservations pending;
  private GroupMembers members;
  private SurveyTimes surveys;
  private GroupNames names;
  private IntakeVisits visits;
  private StreamMeters.Intake meter;
  private RegistryOutage outage;
  private GroupReporter reporter;

  ObservationIntake(
      StreamRules rules, ObservationReader reader, StreamMeters meters, EndOffsets ends) {
    this.rules = rules;
    this.reader = reader;
    this.meters = meters;
    this.ends = ends;
  }

  @Override
  public void init(ProcessorContext<byte[], IntakeOutput> context) {
    this.context = context;
    int partition = context.taskId().partition();
    long nowMs = context.currentSystemTimeMs();
    this.ledgerStore = context.getStateStore(StreamStores.LEDGER);
    byte[] stored = ledgerStore.get(StreamStores.LEDGER_KEY);
    this.ledger = new Ledger(stored == null ? LedgerCounts.EMPTY : LedgerCounts.of(stored));
    KeyValueStore<Integer, byte[]> pendingStore = context.getStateStore(StreamStores.PENDING);
    this.pending = new PendingObservations(pendingStore);
    KeyValueStore<Bytes, byte[]> memberStore = context.getStateStore(StreamStores.MEMBERS);
    KeyValueStore<Bytes, byte[]> sumStore = context.getStateStore(StreamStores.PARTIAL_SUMS);
    KeyValueStore<Bytes, byte[]> surveyStore = context.getStateStore(StreamStores.SURVEYS);
    this.surveys = new SurveyTimes(surveyStore, rules.windows());
    this.members =
        new GroupMembers(
            memberStore,
            sumStore,
            ledger,
            surveys,
            partition,
            rules.windows(),
            rules.overlappingSurveys());
    this.names =
        new GroupNames(
            context.getStateStore(StreamStores.NAMES),
            members,
            MOVED_BATCHES * rules.batches().size());
    KeyValueStore<Bytes, byte[]> visitStore = context.getStateStore(StreamStores.VISITS);
    this.visits = new IntakeVisits(visitStore, rules.bundles());
    this.meter = meters.intake(partition, new LedgerSnapshot(ledger.counts(), pending.requests()));
    this.outage = new RegistryOutage(meters, partition, rules.pending().registryPatience());
    this.reporter =
        new GroupReporter(
            partition,
            members,
            surveys,
            new IdlePartition(ends, partition, rules.windows().idle(), nowMs),
            rules.emitInterval(),
            this::forwardToGroups,
            nowMs);
    context.schedule(
        rules.batches().linger(),
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          concludePending(now);
          moveRenamed(now);
        });
    context.schedule(
        reporter.tick(),
        PunctuationType.WALL_CLOCK_TIME,
        now -> reporter.tick(now, pending.size() > 0));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long nowMs = context.currentSystemTimeMs();
    reporter.event(nowMs, record.timestamp());
    ReceivedEvent event = received(record);
    Optional<RejectionCause> cause = reader.rejectedUnread(event);
    if (cause.isPresent()) {
      ledger.event(1);
      reject(cause.get(), event, Optional.empty());
    } else if (pending.hasUndecoded() || !takeIn(event)) {
      ledger.event(1);
      pending.add(event, Optional.empty());
    }
    if (pending.size() >= rules.batches().size() || pending.bytes() >= MAX_BATCH_BYTES) {
      concludePending(nowMs);
    }
    if (isFull()) {
      outage.hold(() -> pending.hasUndecoded() && isFull(), this::retry);
    }
    storeLedger();
  }

  private boolean isFull() {
    return pending.size() >= rules.pending().events() || pending.bytes() >= rules.pending().bytes();
  }

  private ReceivedEvent received(Record<byte[], byte[]> record) {
    RecordMetadata from =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("an event without topic and offset"));
    return new ReceivedEvent(
        from.topic(),
        from.partition(),
        from.offset(),
        record.timestamp(),
        record.key(),
        record.value());
  }

  /** Decodes an event; empty: the registry is absent. */
  private Optional<DecodedEvent> decoded(ReceivedEvent event) {
    long nowMs = context.currentSystemTimeMs();
    return outage.decode(event, one -> visits.take(names.renamed(reader.read(one, nowMs))), nowMs);
  }

  /** Processes an event. False: the registry is absent, and the event must wait. */
  private boolean takeIn(ReceivedEvent event) {
    Optional<DecodedEvent> decoded = decoded(event);
    if (decoded.isEmpty()) {
      return false;
    }
    if (decoded.get() instanceof DecodedEvent.Readable readable) {
      ledger.event(readable.bundles());
      rejectRequests(readable, event);
      if (!readable.requests().isEmpty()) {
        pending.add(event, Optional.of(readable));
      }
    } else if (decoded.get() instanceof DecodedEvent.Unreadable unreadable) {
      ledger.event(1);
      reject(unreadable.cause(), event, unreadable.observation());
    } else if (decoded.get() instanceof DecodedEvent.Signal signal) {
      pass(signal, event);
    }
    return true;
  }

  private void rejectRequests(DecodedEvent.Readable readable, ReceivedEvent event) {
    Optional<Observation> observation = Optional.of(readable.observation());
    readable.rejections().forEach(cause -> reject(cause, event, observation));
  }

  /** Concludes everything before an event that is no observation, then the event. */
  private void pass(DecodedEvent.Signal signal, ReceivedEvent event) {
    concludeReady();
    if (signal instanceof DecodedEvent.Marker marker) {
      ledger.marker();
      surveys.marked(marker.survey(), marker.timeMs());
      surveys.store();
      reporter.marker();
    } else if (signal instanceof DecodedEvent.Withdrawal withdrawal) {
      withdraw(withdrawal, event);
    } else if (signal instanceof DecodedEvent.Rename rename) {
      ledger.rename();
      names.rename(rename.oldName(), rename.newName());
    }
  }

  private void withdraw(DecodedEvent.Withdrawal withdrawal, ReceivedEvent event) {
    GroupMembers.Withdrawn withdrawn = members.withdraw(withdrawal);
    ledger.withdrawal(withdrawn.contributions());
    members.store();
    reporter.change(context.currentSystemTimeMs());
    if (withdrawal.group().isPresent()) {
      return;
    }
    visits.forget(withdrawal);
    byte[] key = withdrawal.object().getBytes(StandardCharsets.UTF_8);
    if (!withdrawn.remains()) {
      forward(key, new IntakeOutput.NoPosterior(), event.timestampMs());
      return;
    }
    for (MemberKey one : withdrawn.forgotten()) {
      forward(
          key,
          new IntakeOutput.ToPosteriors(AvroRecords.withdrawn(one, event)),
          event.timestampMs());
    }
  }

  /** Moves some objects of groups that were renamed. */
  private void moveRenamed(long nowMs) {
    if (names.step()) {
      members.store();
      reporter.change(nowMs);
      storeLedger();
    }
  }

  private void concludePending(long nowMs) {
    if (pending.hasUndecoded() && outage.mayRetry(nowMs)) {
      decodePending();
    }
    if (concludeReady()) {
      storeLedger();
    }
  }

  private void retry() {
    decodePending();
    concludeReady();
  }

  /** Decodes the pending events that are not decoded, until the registry is absent. */
  private void decodePending() {
    Optional<Waiting> next = pending.firstUndecoded();
    while (next.isPresent()) {
      Optional<DecodedEvent> decoded = decoded(next.get().event());
      if (decoded.isEmpty()) {
        return;
      }
      resume(next.get(), decoded.get());
      next = pending.firstUndecoded();
    }
  }

  private void resume(Waiting one, DecodedEvent decoded) {
    if (decoded instanceof DecodedEvent.Readable readable) {
      resume(one, readable);
      if (readable.requests().isEmpty()) {
        pending.remove(one);
      } else {
        pending.decode(one, readable);
      }
      return;
    }
    pending.remove(one);
    if (decoded instanceof DecodedEvent.Unreadable unreadable) {
      ledger.addRequests(1 - Math.max(1, one.openBefore()));
      reject(unreadable.cause(), one.event(), unreadable.observation());
    } else if (decoded instanceof DecodedEvent.Signal signal) {
      ledger.turnIntoSignal();
      pass(signal, one.event());
    }
  }

  /**
   * Enters the requests of an event that was not decoded when it came, or was decoded by an earlier
   * owner of the partition.
   */
  private void resume(Waiting one, DecodedEvent.Readable readable) {
    if (one.openBefore() > 0 && !readable.requests().isEmpty()) {
      // The earlier owner has rejected the other requests.
      ledger.addRequests(readable.requests().size() - one.openBefore());
    } else {
      ledger.addRequests(readable.bundles() - Math.max(1, one.openBefore()));
      rejectRequests(readable, one.event());
    }
  }

  private boolean concludeReady() {
    List<Waiting> ready = pending.takeReady();
    int size = rules.batches().size();
    for (int from = 0; from < ready.size(); from += size) {
      conclude(ready.subList(from, Math.min(ready.size(), from + size)));
    }
    return !ready.isEmpty();
  }

  private void conclude(List<Waiting> batch) {
    long startNs = System.nanoTime();
    Map<String, Iterator<Result>> results = inferred(batch);
    meters.batch(batch.size(), System.nanoTime() - startNs);
    for (Waiting one : batch) {
      DecodedEvent.Readable readable = one.decoded().orElseThrow();
      for (InferenceRequest request : readable.requests()) {
        String bundle = request.bundle().name();
        Result result = Objects.requireNonNull(results.get(bundle), bundle).next();
        conclude(one.event(), readable.observation(), request, result);
      }
      advance(readable.observation(), one.event());
    }
    members.store();
    surveys.store();
    reporter.change(context.currentSystemTimeMs());
  }

  /** The survey of an observation goes on, also by one without a group. */
  private void advance(Observation observation, ReceivedEvent event) {
    if (observation.getDated()) {
      long timeMs = observation.getTime().toEpochMilli();
      ledger.advance(timeMs);
      surveys.observed(
          observation.getSurvey(),
          timeMs,
          Math.max(0, Math.min(event.timestampMs(), context.currentSystemTimeMs())));
    }
  }

  /** For each bundle, by its name, the results of its requests in the order of the batch. */
  private Map<String, Iterator<Result>> inferred(List<Waiting> batch) {
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

  private void conclude(
      ReceivedEvent event, Observation received, InferenceRequest request, Result result) {
    Observation observation = request.visits().map(v -> v.of(received)).orElse(received);
    if (result instanceof Result.Failed failed) {
      reject(failed.cause(), event, Optional.of(observation));
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
      reject(outdated(key, known, observation), event, Optional.of(observation));
      return;
    }
    ledger.posterior();
    meters.posterior(bundle.name(), context.currentSystemTimeMs() - event.timestampMs());
    meters.flagged(inferred.summary().flags());
    if (request.visits().filter(IntakeVisits.Combined::outdated).isPresent()) {
      ledger.outdated();
    }
    forward(
        observation.getObject().getBytes(StandardCharsets.UTF_8),
        new IntakeOutput.ToPosteriors(
            AvroRecords.objectPosterior(
                bundle.manifest(),
                observation,
                request.visits().map(IntakeVisits.Combined::count).orElse(1),
                event,
                inferred.summary())),
        event.timestampMs());
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

  private void reject(
      RejectionCause cause, ReceivedEvent event, Optional<Observation> observation) {
    ledger.rejection();
    meters.rejected(cause.reason());
    Rejection rejection =
        AvroRecords.rejection(cause, event, observation, rules.limits().maxRejectedBytes());
    byte[] key = rejection.getKey() == null ? null : rejection.getKey().array();
    forward(key, new IntakeOutput.ToRejections(rejection), event.timestampMs());
  }

  private void forwardToGroups(byte[] key, GroupMessage message) {
    forward(key, new IntakeOutput.ToGroups(message), context.currentSystemTimeMs());
  }

  private void forward(byte @Nullable [] key, IntakeOutput output, long timestampMs) {
    // Brokers refuse timestamps that are far ahead of their clock.
    long believed = Math.min(timestampMs, context.currentSystemTimeMs());
    context.forward(new Record<>(key, output, Math.max(0, believed)));
  }

  private void storeLedger() {
    LedgerCounts counts = ledger.counts();
    ledgerStore.put(StreamStores.LEDGER_KEY, counts.toBytes());
    meter.update(new LedgerSnapshot(counts, pending.requests()));
  }

  @Override
  public void close() {
    if (meter != null) {
      meter.close();
    }
  }
}
