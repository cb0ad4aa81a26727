package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.ReadPosition;
import org.sidereus.streams.ledger.StreamMeters;
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

  private ProcessorContext<byte[], IntakeOutput> context;
  private KeyValueStore<Integer, byte[]> ledgerStore;
  private Ledger ledger;
  private PendingObservations pending;
  private ConcludedTimes times;
  private GroupMembers members;
  private SurveyTimes surveys;
  private GroupNames names;
  private StreamMeters.Intake meter;
  private CommittedCounts counts;
  private OddEvents odd;
  private IntakeSignals signals;
  private IntakeOutputs outputs;
  private RegistryOutage outage;
  private IntakeDecoder decoder;
  private PendingBatches batches;
  private GroupReporter reporter;
  private int partition;
  private long nextPassMs;
  private boolean awaitsCommit;

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
    HeldTimes held = new HeldTimes(pendingStore, pending.unresolvedBefore(pending.nextNumber()));
    KeyValueStore<Bytes, byte[]> memberStore = context.getStateStore(StreamStores.MEMBERS);
    KeyValueStore<Bytes, byte[]> sumStore = context.getStateStore(StreamStores.PARTIAL_SUMS);
    this.surveys = new SurveyTimes(context.getStateStore(StreamStores.SURVEYS), rules.windows());
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
    IntakeVisits visits = new IntakeVisits(visitStore, rules.bundles());
    this.meter = meters.intake(partition, snapshot());
    this.counts = new CommittedCounts(clients);
    this.outputs =
        new IntakeOutputs(
            context, wallClockMs, rules.limits().maxRejectedBytes(), ledger, meters, counts);
    RequestOutcomes outcomes =
        new RequestOutcomes(context::currentSystemTimeMs, members, ledger, meters, counts, outputs);
    this.times = new ConcludedTimes(pending, held, ledger, surveys, context::currentSystemTimeMs);
    this.odd = new OddEvents(new ObjectPlaces(rules.observationPartitions()), counts, meters);
    this.outage = new RegistryOutage(meters);
    this.decoder =
        new IntakeDecoder(
            reader,
            names,
            new ReadQuantities(rules.bundles(), meters),
            visits,
            outage,
            context::currentSystemTimeMs);
    this.reporter =
        new GroupReporter(
            partition,
            members,
            surveys,
            new IdlePartition(ends, clients, partition, rules.windows().idle(), nowMs),
            rules.observationPartitions(),
            rules.groups().interval(),
            share.ofSums(),
            outputs::toGroups,
            nowMs);
    this.batches =
        new PendingBatches(
            rules.batches().size(),
            budget,
            pending,
            outcomes,
            times,
            meters,
            this::storeGroups,
            context::commit);
    this.signals =
        new IntakeSignals(members, surveys, names, visits, ledger, reporter, outputs, odd);
    context.schedule(
        rules.batches().linger(), PunctuationType.WALL_CLOCK_TIME, this::concludePending);
    context.schedule(reporter.tick(), PunctuationType.WALL_CLOCK_TIME, this::report);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      ReceivedRecord received = received(record);
      ReceivedEvent event = received.event();
      position = Optional.of(new ReadPosition(event.offset() + 1));
      reporter.event(context.currentSystemTimeMs(), event.timestampMs());
      clients.taken(partition, event.bytes());
      Optional<RejectionCause> cause =
          received.notUnpacked().or(() -> reader.rejectedUnread(event));
      if (cause.isPresent()) {
        ledger.event(1);
        outputs.reject(cause.get(), event, Optional.empty());
      } else if (mustWait(event) || !takeIn(event, call)) {
        ledger.event(1);
        pending.add(event, Optional.empty());
      }
      if (batches.isFull() || clients.mayInfer(partition)) {
        batches.conclude(call);
      }
      storeLedger();
      commitInTime(true);
    }
  }

  /** A thread that has time lets no reader of committed records wait for an interval. */
  private void commitInTime(boolean hasNews) {
    awaitsCommit |= hasNews;
    if (clients.isCommitDue() || (awaitsCommit && clients.hasTimeToCommit())) {
      awaitsCommit = false;
      context.commit();
    }
  }

  private ReceivedRecord received(Record<byte[], byte[]> record) {
    RecordMetadata from =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("an event without topic and offset"));
    SourceRecord.dropBytes(from);
    return new ReceivedRecord(record, from);
  }

  private void report(long nowMs) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      reporter.tick(nowMs, pending.size() > 0, call);
    }
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

  /** Whether an event waits behind others. Its own schema is looked up meanwhile. */
  private boolean mustWait(ReceivedEvent event) {
    if (!barred && !pending.mustWait(event)) {
      return false;
    }
    decoder.lookUp(event);
    return true;
  }

  /** Processes an event. False: it must wait for its schema, or as a marker for others. */
  private boolean takeIn(ReceivedEvent event, WorkBudget.Call call) {
    Optional<DecodedEvent> decoded = decoder.decode(event);
    if (decoded.isEmpty()) {
      return false;
    }
    if (decoded.get() instanceof DecodedEvent.Readable readable) {
      ledger.event(readable.bundles());
      odd.checkPlace(event, readable.observation().getObject());
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
    batches.conclude(call);
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
    signals.conclude(signal, event, context.currentSystemTimeMs(), call);
    return true;
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
      boolean changed = batches.conclude(call) || pending.requests() != before;
      if (changed) {
        storeLedger();
      }
      commitInTime(changed);
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
        batches.commitIfAwaited(call);
        return;
      }
      byte[] key = one.event().key();
      if (!tryAgain(one, passedOver, unknownSchemas, call) && key != null) {
        passedOver.add(ByteBuffer.wrap(key));
      }
      if (barred) {
        return;
      }
      if (batches.isFull()) {
        batches.conclude(call);
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
      if (!decoder.lookUp(event)) {
        unknownSchemas.add(event.schemaId());
      }
      return false;
    }
    Optional<DecodedEvent> decoded = decoder.decode(event);
    if (decoded.isEmpty()) {
      unknownSchemas.add(event.schemaId());
    }
    return decoded.isPresent() && resume(one, decoded.get(), call);
  }

  /** Goes on with an event that was not decoded when it came. False: a marker must still wait. */
  private boolean resume(Waiting one, DecodedEvent decoded, WorkBudget.Call call) {
    if (decoded instanceof DecodedEvent.Readable readable) {
      odd.checkPlace(one.event(), readable.observation().getObject());
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
    times.resolve(one);
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

  private void storeGroups() {
    members.store();
    surveys.store();
    reporter.change(context.currentSystemTimeMs());
  }

  private void storeLedger() {
    ledgerStore.put(StreamStores.LEDGER_KEY, ledger.counts().toBytes());
    position.ifPresent(one -> ledgerStore.put(ReadPosition.KEY, one.toBytes()));
    times.store();
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
