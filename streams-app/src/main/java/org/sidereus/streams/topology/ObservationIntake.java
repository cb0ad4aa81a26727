package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.ReadPosition;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.BatchInference.Result;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/**
 * Takes in the events of one partition of the observations. Each inference request of an event gets
 * exactly one outcome: a posterior or a rejection. Outcomes of one key come in the order of the
 * events, in batches.
 *
 * <p>An event whose schema the registry does not give now waits, and events of other schemas and
 * other keys overtake it. Stream time and markers wait for it, so that it is in time for its
 * windows.
 *
 * <p>All that leaves bears the time of the clock. Contributions to groups leave as partial sums, at
 * most once per emit interval for each group. No call works longer than its {@link WorkBudget}; the
 * rest is done by the next ones.
 */
final class ObservationIntake implements Processor<byte[], byte[], byte[], IntakeOutput> {
  /** Bound of the memory of a batch, whatever the size of its observations. */
  private static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private static final int PASSED_PER_MS = 100;

  /** Objects of a renamed group to look at in one call, in batches: some milliseconds. */
  private static final int MOVED_BATCHES = 4;

  private final StreamRules rules;
  private final ObservationReader reader;
  private final StreamMeters meters;
  private final EndOffsets ends;
  private final ClientWatch clients;
  private final WorkBudget budget;
  private final EmissionShare share;
  private final WaitingBytes.Account waiting;
  private final LongSupplier wallClockMs;
  private final ReadQuantities quantities;
  private final ObjectPlaces places;

  private ProcessorContext<byte[], IntakeOutput> context;
  private KeyValueStore<Integer, byte[]> ledgerStore;
  private Ledger ledger;
  private PendingObservations pending;
  private HeldTimes heldTimes;
  private GroupMembers members;
  private SurveyTimes surveys;
  private GroupNames names;
  private IntakeVisits visits;
  private StreamMeters.Intake meter;
  private CommittedCounts counts;
  private IntakeOutputs outputs;
  private RequestOutcomes outcomes;
  private RegistryOutage outage;
  private BatchLimit batchLimit;
  private GroupReporter reporter;
  private int partition;
  private long nextPassMs;

  /** Empty: this instance has received no event yet. */
  private Optional<ReadPosition> position = Optional.empty();

  /** Whether nothing overtakes what waits: a rename among it gives later events other groups. */
  private boolean barred;

  /**
   * An intake.
   *
   * @param wallClockMs the clock of the machine, which may be set back
   */
  ObservationIntake(
      StreamRules rules,
      ObservationReader reader,
      StreamMeters meters,
      EndOffsets ends,
      ClientWatch clients,
      WorkBudget budget,
      EmissionShare share,
      WaitingBytes memory,
      LongSupplier wallClockMs) {
    this.rules = rules;
    this.reader = reader;
    this.meters = meters;
    this.ends = ends;
    this.clients = clients;
    this.budget = budget;
    this.share = share;
    this.waiting = memory.account();
    this.wallClockMs = wallClockMs;
    this.quantities = new ReadQuantities(rules.bundles(), meters);
    this.places = new ObjectPlaces(rules.observationPartitions());
  }

  @Override
  public void init(ProcessorContext<byte[], IntakeOutput> context) {
    this.context = context;
    this.partition = context.taskId().partition();
    clients.begin(partition);
    long nowMs = context.currentSystemTimeMs();
    this.ledgerStore = context.getStateStore(StreamStores.LEDGER);
    byte[] stored = ledgerStore.get(StreamStores.LEDGER_KEY);
    this.ledger = new Ledger(stored == null ? LedgerCounts.EMPTY : LedgerCounts.of(stored));
    KeyValueStore<Integer, byte[]> pendingStore = context.getStateStore(StreamStores.PENDING);
    this.pending = new PendingObservations(pendingStore);
    // A rename may be among those that wait.
    this.barred = pending.hasUndecoded();
    this.heldTimes = new HeldTimes(pendingStore, pending.unresolvedBefore(pending.nextNumber()));
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
            rules.groups().overlapping());
    this.names =
        new GroupNames(
            context.getStateStore(StreamStores.NAMES),
            members,
            MOVED_BATCHES * rules.batches().size());
    KeyValueStore<Bytes, byte[]> visitStore = context.getStateStore(StreamStores.VISITS);
    this.visits = new IntakeVisits(visitStore, rules.bundles());
    this.meter = meters.intake(partition, snapshot());
    this.counts = new CommittedCounts(clients);
    this.outputs =
        new IntakeOutputs(
            context, wallClockMs, rules.limits().maxRejectedBytes(), ledger, meters, counts);
    this.outcomes =
        new RequestOutcomes(context::currentSystemTimeMs, members, ledger, meters, counts, outputs);
    this.outage = new RegistryOutage(meters);
    this.batchLimit = new BatchLimit(rules.batches().size());
    this.reporter =
        new GroupReporter(
            partition,
            members,
            surveys,
            new IdlePartition(ends, clients, partition, rules.windows().idle(), nowMs),
            rules.groups().interval(),
            share.account(),
            outputs::toGroups,
            nowMs);
    context.schedule(
        rules.batches().linger(), PunctuationType.WALL_CLOCK_TIME, this::concludePending);
    context.schedule(reporter.tick(), PunctuationType.WALL_CLOCK_TIME, this::report);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      ReceivedEvent event = received(record);
      position = Optional.of(new ReadPosition(event.offset() + 1));
      reporter.event(context.currentSystemTimeMs(), event.timestampMs());
      clients.taken(partition, event.bytes());
      Optional<RejectionCause> cause =
          notUnpacked(record, event).or(() -> reader.rejectedUnread(event));
      if (cause.isPresent()) {
        ledger.event(1);
        outputs.reject(cause.get(), event, Optional.empty());
      } else if (mustWait(event) || !takeIn(event, call)) {
        ledger.event(1);
        pending.add(event, Optional.empty());
      }
      if (isBatchFull()) {
        concludeReady(call);
      }
      storeLedger();
    }
  }

  private static Optional<RejectionCause> notUnpacked(
      Record<byte[], byte[]> record, ReceivedEvent event) {
    Header header = record.headers().lastHeader(ClientWatch.NOT_UNPACKED);
    if (header == null || header.value() == null || header.value().length != Long.BYTES) {
      return Optional.empty();
    }
    long bytes = ByteBuffer.wrap(header.value()).getLong();
    return Optional.of(
        new RejectionCause(
            RejectionReason.TOO_LARGE,
            "the event at offset %d of partition %d unpacks to %s bytes, far more than its batch has, and was not unpacked; send observations of at most observation.max.bytes"
                .formatted(event.offset(), event.partition(), bytes < 0 ? "too many" : bytes)));
  }

  private void report(long nowMs) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      reporter.tick(nowMs, pending.size() > 0, call);
    }
  }

  private boolean isBatchFull() {
    return pending.ready() >= rules.batches().size() || pending.readyBytes() >= MAX_BATCH_BYTES;
  }

  /** Reads no more of the partition while too much waits. */
  private void holdIfFull() {
    boolean memoryIsFull = waiting.isFull(pending.bytes(), pending.size());
    clients.hold(
        partition,
        memoryIsFull
            || pending.size() >= rules.pending().events()
            || pending.bytes() >= rules.pending().bytes());
  }

  private ReceivedEvent received(Record<byte[], byte[]> record) {
    RecordMetadata from =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("an event without topic and offset"));
    SourceRecord.dropBytes(from);
    return new ReceivedEvent(
        from.topic(),
        from.partition(),
        from.offset(),
        ArrivalTime.own(record.headers(), record.timestamp()),
        record.key(),
        record.value());
  }

  /** Whether an event waits behind others. Its own schema is looked up meanwhile. */
  private boolean mustWait(ReceivedEvent event) {
    if (!barred && !pending.mustWait(event)) {
      return false;
    }
    lookUp(event);
    return true;
  }

  private boolean lookUp(ReceivedEvent event) {
    long nowMs = context.currentSystemTimeMs();
    return outage.lookUp(event, () -> reader.read(event, nowMs), nowMs);
  }

  /** Decodes an event; empty: its schema is not known now. */
  private Optional<DecodedEvent> decoded(ReceivedEvent event) {
    long nowMs = context.currentSystemTimeMs();
    return outage.decode(
        event,
        () -> {
          DecodedEvent read = names.renamed(reader.read(event, nowMs));
          if (read instanceof DecodedEvent.Readable readable) {
            quantities.check(readable.observation());
          }
          return lightened(visits.take(read));
        },
        nowMs);
  }

  /** Nothing reads the measurements again, and there may be tens of thousands of them. */
  private static DecodedEvent lightened(DecodedEvent decoded) {
    if (decoded instanceof DecodedEvent.Readable readable) {
      readable.observation().setMeasurements(List.of());
      readable.observation().setSharedErrors(List.of());
    }
    return decoded;
  }

  /** Processes an event. False: it must wait for its schema, or as a marker for others. */
  private boolean takeIn(ReceivedEvent event, WorkBudget.Call call) {
    Optional<DecodedEvent> decoded = decoded(event);
    if (decoded.isEmpty()) {
      return false;
    }
    if (decoded.get() instanceof DecodedEvent.Readable readable) {
      ledger.event(readable.bundles());
      checkPlace(event, readable.observation().getObject());
      rejectRequests(readable, event);
      if (!readable.requests().isEmpty()) {
        pending.add(event, Optional.of(readable));
      }
    } else if (decoded.get() instanceof DecodedEvent.Unreadable unreadable) {
      ledger.event(1);
      outputs.reject(unreadable.cause(), event, unreadable.observation());
    } else if (decoded.get() instanceof DecodedEvent.Signal signal) {
      return pass(signal, event, pending.nextNumber(), call);
    }
    return true;
  }

  private void checkPlace(ReceivedEvent event, String object) {
    places
        .misplaced(event, object)
        .ifPresent(why -> counts.add(() -> meters.misplaced(why, event.place())));
  }

  private void rejectRequests(DecodedEvent.Readable readable, ReceivedEvent event) {
    Optional<Observation> observation = Optional.of(readable.observation());
    readable.rejections().forEach(cause -> outputs.reject(cause, event, observation));
  }

  /**
   * Concludes everything before an event that is no observation, then the event.
   *
   * @param number its place in the order of arrival
   * @return false: something before it must wait, and so must the event
   */
  private boolean pass(
      DecodedEvent.Signal signal, ReceivedEvent event, long number, WorkBudget.Call call) {
    concludeReady(call);
    // What waits for its schema may be of the survey that ends.
    boolean waits =
        signal instanceof DecodedEvent.Marker && pending.unresolvedBefore(number).isPresent();
    if (waits || pending.ready() > 0) {
      return false;
    }
    if (signal instanceof DecodedEvent.Rename rename && names.isLeft(rename.newName())) {
      barred = true;
      return false;
    }
    if (signal instanceof DecodedEvent.Marker marker) {
      ledger.marker();
      surveys.marked(marker.survey(), marker.timeMs());
      surveys.store();
      reporter.marker(context.currentSystemTimeMs(), call);
    } else if (signal instanceof DecodedEvent.Withdrawal withdrawal) {
      withdraw(withdrawal, event);
    } else if (signal instanceof DecodedEvent.Rename rename) {
      ledger.rename();
      names.rename(rename.oldName(), rename.newName());
    }
    return true;
  }

  private void withdraw(DecodedEvent.Withdrawal withdrawal, ReceivedEvent event) {
    GroupMembers.Withdrawn withdrawn =
        members.withdraw(withdrawal, withdrawal.group().map(names::namesOf).orElse(Set.of()));
    ledger.withdrawal(withdrawn.contributions());
    checkPlace(event, withdrawal.object());
    if (!withdrawn.found()) {
      counts.add(() -> meters.unknownWithdrawal(withdrawal.object(), event.place()));
    }
    members.store();
    reporter.change(context.currentSystemTimeMs());
    if (withdrawal.group().isPresent()) {
      return;
    }
    visits.forget(withdrawal);
    byte[] key = withdrawal.object().getBytes(StandardCharsets.UTF_8);
    if (!withdrawn.remains()) {
      outputs.forward(key, new IntakeOutput.NoPosterior());
      return;
    }
    for (MemberKey one : withdrawn.forgotten()) {
      outputs.forward(key, new IntakeOutput.ToPosteriors(AvroRecords.withdrawn(one, event)));
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
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      long before = pending.requests();
      if (pending.hasUndecoded() && nowMs >= nextPassMs && outage.mayRetry(nowMs)) {
        decodePending(call);
        // A look at all that wait costs time in proportion to them.
        nextPassMs = nowMs + pending.undecodedCount() / PASSED_PER_MS;
      }
      boolean concluded = concludeReady(call);
      if (concluded || pending.requests() != before) {
        storeLedger();
      }
      moveRenamed(nowMs);
      // What waits at other partitions may leave this one more memory, or less.
      holdIfFull();
    }
  }

  /** Tries the events that are not decoded, in the order of their arrival. */
  private void decodePending(WorkBudget.Call call) {
    boolean before = barred;
    barred = false;
    Set<ByteBuffer> passedOver = new HashSet<>();
    Set<Integer> unknownSchemas = new HashSet<>();
    for (Waiting one : pending.undecoded()) {
      if (call.isOver()) {
        barred = before;
        commitIfAwaited(call);
        return;
      }
      byte[] key = one.event().key();
      if (!tryAgain(one, passedOver, unknownSchemas, call) && key != null) {
        passedOver.add(ByteBuffer.wrap(key));
      }
      if (barred) {
        return;
      }
      if (isBatchFull()) {
        concludeReady(call);
      }
    }
    if (!pending.hasUndecoded()) {
      outage.end();
    }
  }

  /**
   * Tries an event that is not decoded.
   *
   * @param passedOver keys of earlier events that must still wait
   * @param unknownSchemas schemas that are not known now; added to
   * @return false: it must still wait
   */
  private boolean tryAgain(
      Waiting one, Set<ByteBuffer> passedOver, Set<Integer> unknownSchemas, WorkBudget.Call call) {
    ReceivedEvent event = one.event();
    if (unknownSchemas.contains(event.schemaId())) {
      return false;
    }
    if (event.key() != null && passedOver.contains(ByteBuffer.wrap(event.key()))) {
      if (!lookUp(event)) {
        unknownSchemas.add(event.schemaId());
      }
      return false;
    }
    Optional<DecodedEvent> decoded = decoded(event);
    if (decoded.isEmpty()) {
      unknownSchemas.add(event.schemaId());
    }
    return decoded.isPresent() && resume(one, decoded.get(), call);
  }

  /** Goes on with an event that was not decoded when it came. False: a marker must still wait. */
  private boolean resume(Waiting one, DecodedEvent decoded, WorkBudget.Call call) {
    if (decoded instanceof DecodedEvent.Readable readable) {
      checkPlace(one.event(), readable.observation().getObject());
      resume(one, readable);
      if (!readable.requests().isEmpty()) {
        pending.decode(one, readable);
        return true;
      }
    } else if (decoded instanceof DecodedEvent.Unreadable unreadable) {
      ledger.addRequests(1 - Math.max(1, one.openBefore()));
      outputs.reject(unreadable.cause(), one.event(), unreadable.observation());
    } else if (decoded instanceof DecodedEvent.Signal signal) {
      if (!pass(signal, one.event(), one.number(), call)) {
        return false;
      }
      ledger.turnIntoSignal();
    }
    pending.remove(one);
    resolve(one);
    return true;
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

  /** An event is concluded: times that it has held are free. */
  private void resolve(Waiting one) {
    if (pending.resolve(one)) {
      heldTimes
          .release(one.number(), pending.unresolvedBefore(one.number()))
          .forEach((survey, timeMs) -> observed(survey, timeMs, 0));
      surveys.store();
    }
  }

  /**
   * The survey of an observation goes on, also by one without a group, unless an earlier event
   * still waits.
   */
  private void advance(Waiting one, Observation observation) {
    if (observation.getDated()) {
      long timeMs = observation.getTime().toEpochMilli();
      OptionalLong holder = pending.unresolvedBefore(one.number());
      if (holder.isPresent()) {
        heldTimes.hold(holder.getAsLong(), observation.getSurvey(), timeMs);
      } else {
        observed(observation.getSurvey(), timeMs, one.event().timestampMs());
      }
    }
  }

  private void observed(String survey, long timeMs, long timestampMs) {
    ledger.advance(timeMs);
    surveys.observed(
        survey, timeMs, Math.max(0, Math.min(timestampMs, context.currentSystemTimeMs())));
  }

  /**
   * Infers those that are ready as long as the call lasts, and one batch in any case, unless the
   * thread must poll: what came before may have taken all of the call. Returns whether there were
   * any.
   */
  private boolean concludeReady(WorkBudget.Call call) {
    boolean any = false;
    while (pending.ready() > 0) {
      if (call.isOver() && (any || call.awaitsPoll())) {
        commitIfAwaited(call);
        break;
      }
      long leftNs = call.leftNs();
      List<Waiting> batch = pending.takeReady(batchLimit.next(budget.callNs()), MAX_BATCH_BYTES);
      conclude(batch, call);
      batchLimit.took(batch.size(), leftNs - call.leftNs());
      any = true;
    }
    return any;
  }

  private void commitIfAwaited(WorkBudget.Call call) {
    if (call.awaitsCommit()) {
      context.commit();
    }
  }

  private void conclude(List<Waiting> batch, WorkBudget.Call call) {
    long leftNs = call.leftNs();
    Map<String, Iterator<Result>> results = RequestOutcomes.inferred(batch);
    meters.batch(batch.size(), leftNs - call.leftNs());
    for (Waiting one : batch) {
      outcomes.conclude(one, results);
      advance(one, one.decoded().orElseThrow().observation());
      resolve(one);
    }
    members.store();
    surveys.store();
    reporter.change(context.currentSystemTimeMs());
  }

  private void storeLedger() {
    ledgerStore.put(StreamStores.LEDGER_KEY, ledger.counts().toBytes());
    position.ifPresent(one -> ledgerStore.put(ReadPosition.KEY, one.toBytes()));
    heldTimes.store();
    meter.update(snapshot());
    holdIfFull();
  }

  private LedgerSnapshot snapshot() {
    return new LedgerSnapshot(ledger.counts(), pending.requests(), pending.bytes());
  }

  @Override
  public void close() {
    if (meter != null) {
      meter.close();
      reporter.close();
      clients.hold(partition, false);
      waiting.close();
    }
  }
}
