package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.state.GroupKey;
import org.sidereus.streams.topology.BatchInference.Result;
import org.sidereus.streams.topology.DecodedEvent.Question;
import org.sidereus.streams.topology.DecodedEvent.Refusal;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/**
 * Takes in the events of one partition. Each question that an event asks gets exactly one outcome:
 * a posterior or a rejection. Events are answered in their order, in batches.
 *
 * <p>The records that leave carry the Kafka timestamp of the event that they answer. What a batch
 * says of its groups leaves as partial sums, at most once per interval for each group.
 */
final class ObservationIntake implements Processor<byte[], byte[], byte[], IntakeOutput> {
  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);
  private static final byte[] NO_KEY = {};

  /** A silent partition asks the brokers as often as this. */
  private static final long LONGEST_SILENCE_TICK_MS = 500;

  /** Whatever the size of the observations, a batch needs no more memory than this. */
  private static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private final StreamRules rules;
  private final ObservationReader reader;
  private final StreamMeters meters;
  private final EndOffsets ends;
  private final List<BatchInference> engines;

  private ProcessorContext<byte[], IntakeOutput> context;
  private KeyValueStore<Integer, byte[]> booksStore;
  private Ledger books;
  private PendingObservations pending;
  private GroupMembers members;
  private IntakeVisits visits;
  private StreamMeters.Intake meter;
  private int source;
  private long registryRetryMs = Long.MIN_VALUE;
  private IdlePartition silence;
  private long silenceEveryMs;
  private long silenceAskedMs;
  private boolean silent;
  private EmitSchedule cadence;
  private GroupMessage.Progress lastProgress;

  ObservationIntake(
      StreamRules rules, ObservationReader reader, StreamMeters meters, EndOffsets ends) {
    this.rules = rules;
    this.reader = reader;
    this.meters = meters;
    this.ends = ends;
    this.engines = rules.bundles().stream().map(BatchInference::new).toList();
  }

  @Override
  public void init(ProcessorContext<byte[], IntakeOutput> context) {
    this.context = context;
    this.source = context.taskId().partition();
    this.booksStore = context.getStateStore(StreamStores.LEDGER);
    byte[] kept = booksStore.get(StreamStores.LEDGER_KEY);
    this.books = new Ledger(kept == null ? LedgerCounts.EMPTY : LedgerCounts.of(kept));
    KeyValueStore<Integer, byte[]> pendingStore = context.getStateStore(StreamStores.PENDING);
    this.pending = new PendingObservations(pendingStore);
    KeyValueStore<Bytes, byte[]> memberStore = context.getStateStore(StreamStores.MEMBERS);
    KeyValueStore<Bytes, byte[]> sumStore = context.getStateStore(StreamStores.PARTIAL_SUMS);
    this.members =
        new GroupMembers(
            memberStore, sumStore, books, source, rules.windowSize(), rules.windowGrace());
    KeyValueStore<Bytes, byte[]> visitStore = context.getStateStore(StreamStores.VISITS);
    this.visits = new IntakeVisits(visitStore, rules.bundles());
    this.meter = meters.intake(source, new LedgerSnapshot(books.ledger(), pending.questions()));
    this.silence =
        new IdlePartition(ends, source, rules.windowIdle(), context.currentSystemTimeMs());
    context.schedule(
        rules.batchLinger(), PunctuationType.WALL_CLOCK_TIME, now -> answerWaiting(now));
    this.silenceEveryMs = Math.min(LONGEST_SILENCE_TICK_MS, rules.groupsInterval().toMillis());
    this.cadence = new EmitSchedule(rules.groupsInterval(), context.currentSystemTimeMs());
    context.schedule(cadence.tick(), PunctuationType.WALL_CLOCK_TIME, now -> tick(now));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long nowMs = context.currentSystemTimeMs();
    silence.end(nowMs);
    silent = false;
    cadence.change(nowMs);
    ReceivedEvent event = received(record);
    Optional<Refusal> refusal = reader.refusalUnread(event);
    if (refusal.isPresent()) {
      books.receive(1);
      reject(refusal.get(), event, Optional.empty());
    } else if (pending.hasUnread() || !takeIn(event)) {
      books.receive(1);
      pending.add(event, Optional.empty());
    }
    if (pending.size() >= rules.batchSize() || pending.bytes() >= MAX_BATCH_BYTES) {
      answerWaiting(nowMs);
    }
    if (isFull()) {
      waitForRegistry();
    }
    keepBooks();
  }

  private boolean isFull() {
    return pending.size() >= rules.maxPending() || pending.bytes() >= rules.maxPendingBytes();
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

  /** Reads an event, and answers it at once if it is no observation. False: not now. */
  private boolean takeIn(ReceivedEvent event) {
    DecodedEvent reading;
    try {
      reading = visits.take(reader.read(event, context.currentSystemTimeMs()));
    } catch (RegistryAbsentException fault) {
      registryIsAbsent(fault);
      return false;
    }
    if (reading instanceof DecodedEvent.Readable readable) {
      books.receive(readable.asked());
      refuse(readable, event);
      if (!readable.questions().isEmpty()) {
        pending.add(event, Optional.of(readable));
      }
    } else if (reading instanceof DecodedEvent.Unreadable unreadable) {
      books.receive(1);
      reject(unreadable.refusal(), event, unreadable.observation());
    } else if (reading instanceof DecodedEvent.Marker marker) {
      pass(marker);
    }
    return true;
  }

  private void registryIsAbsent(RegistryAbsentException fault) {
    registryRetryMs = context.currentSystemTimeMs() + REGISTRY_PAUSE.toMillis();
    meters.registryAbsent(fault.getMessage());
  }

  private void refuse(DecodedEvent.Readable readable, ReceivedEvent event) {
    Optional<Observation> observation = Optional.of(readable.observation());
    readable.refusals().forEach(refusal -> reject(refusal, event, observation));
  }

  /** Everything before the marker is answered and reported before the marker is. */
  private void pass(DecodedEvent.Marker marker) {
    answerReady();
    books.mark(marker.timeMs());
    sendSums();
    sendProgress(new GroupMessage.Progress(source, books.closedThroughMs(), false, true, false));
  }

  private void answerWaiting(long nowMs) {
    if (pending.hasUnread() && nowMs >= registryRetryMs) {
      readWaiting();
    }
    if (answerReady()) {
      keepBooks();
    }
  }

  private void readWaiting() {
    Optional<Waiting> next = pending.firstUnread();
    while (next.isPresent()) {
      Waiting one = next.get();
      DecodedEvent reading;
      try {
        reading = visits.take(reader.read(one.event(), context.currentSystemTimeMs()));
      } catch (RegistryAbsentException fault) {
        registryIsAbsent(fault);
        return;
      }
      if (reading instanceof DecodedEvent.Readable readable) {
        resume(one, readable);
        if (readable.questions().isEmpty()) {
          pending.remove(one);
        } else {
          pending.read(one, readable);
        }
      } else {
        pending.remove(one);
        if (reading instanceof DecodedEvent.Unreadable unreadable) {
          books.ask(1 - Math.max(1, one.openBefore()));
          reject(unreadable.refusal(), one.event(), unreadable.observation());
        } else if (reading instanceof DecodedEvent.Marker marker) {
          books.turnIntoMarker();
          pass(marker);
        }
      }
      next = pending.firstUnread();
    }
  }

  /**
   * LedgerSnapshot what an event asks that was not read when it came, or was read by an earlier
   * owner.
   */
  private void resume(Waiting one, DecodedEvent.Readable readable) {
    if (one.openBefore() > 0 && !readable.questions().isEmpty()) {
      // The earlier owner refused what it had to refuse.
      books.ask(readable.questions().size() - one.openBefore());
    } else {
      books.ask(readable.asked() - Math.max(1, one.openBefore()));
      refuse(readable, one.event());
    }
  }

  private boolean answerReady() {
    List<Waiting> ready = pending.takeReady();
    for (int from = 0; from < ready.size(); from += rules.batchSize()) {
      answer(ready.subList(from, Math.min(ready.size(), from + rules.batchSize())));
    }
    return !ready.isEmpty();
  }

  private void answer(List<Waiting> batch) {
    long startNs = System.nanoTime();
    List<List<Result>> results = inferred(batch);
    meters.batch(batch.size(), System.nanoTime() - startNs);
    int[] next = new int[engines.size()];
    for (Waiting one : batch) {
      DecodedEvent.Readable readable = one.reading().orElseThrow();
      for (Question question : readable.questions()) {
        int bundle = question.bundle();
        Result result = results.get(bundle).get(next[bundle]++);
        conclude(one.event(), readable.observation(), question, result);
      }
      members.advance(readable.observation());
    }
    members.keep();
    cadence.change(context.currentSystemTimeMs());
  }

  /** For each bundle, the results of the questions put to it, in the order of the batch. */
  private List<List<Result>> inferred(List<Waiting> batch) {
    List<List<float[]>> rows = new ArrayList<>();
    engines.forEach(engine -> rows.add(new ArrayList<>(batch.size())));
    for (Waiting one : batch) {
      for (Question question : one.reading().orElseThrow().questions()) {
        rows.get(question.bundle()).add(question.row());
      }
    }
    List<List<Result>> results = new ArrayList<>();
    for (int bundle = 0; bundle < engines.size(); bundle++) {
      results.add(engines.get(bundle).answer(rows.get(bundle)));
    }
    return results;
  }

  private void conclude(
      ReceivedEvent event, Observation received, Question question, Result result) {
    ServedBundle bundle = rules.bundles().get(question.bundle());
    Observation observation = question.visits().map(v -> v.of(received)).orElse(received);
    if (result instanceof Result.Failed failed) {
      reject(failed.refusal(), event, Optional.of(observation));
      return;
    }
    Result.Answered answered = (Result.Answered) result;
    books.answer();
    meters.answered(bundle.name(), context.currentSystemTimeMs() - event.timestampMs());
    meters.flagged(answered.summary().flags());
    if (question.visits().filter(IntakeVisits.Combined::outdated).isPresent()) {
      books.outdate();
    }
    forward(
        observation.getObject().getBytes(StandardCharsets.UTF_8),
        new IntakeOutput.Answer(
            AvroRecords.objectPosterior(
                bundle.manifest(),
                observation,
                question.visits().map(IntakeVisits.Combined::count).orElse(1),
                event,
                answered.summary())),
        event.timestampMs());
    String group = observation.getGroup();
    if (group != null && !group.isBlank()) {
      members.contribute(
          new GroupKey(bundle.name(), bundle.version(), group),
          observation,
          answered.contribution());
    }
  }

  private void reject(Refusal refusal, ReceivedEvent event, Optional<Observation> observation) {
    books.reject();
    meters.rejected(refusal.reason());
    Rejection rejection =
        AvroRecords.rejection(refusal, event, observation, rules.maxRejectedBytes());
    byte[] key = rejection.getKey() == null ? null : rejection.getKey().array();
    forward(key, new IntakeOutput.Refusal(rejection), event.timestampMs());
  }

  private void tick(long nowMs) {
    if (nowMs - silenceAskedMs >= silenceEveryMs) {
      silenceAskedMs = nowMs;
      silent = silence.lasts(nowMs);
    }
    if (cadence.isDue(nowMs, true)) {
      report(silent && pending.size() == 0);
    }
  }

  private void report(boolean idle) {
    boolean news = members.hasUnsent();
    sendSums();
    GroupMessage.Progress progress =
        new GroupMessage.Progress(source, books.closedThroughMs(), idle, false, cadence.rests());
    // Whoever hears sums takes their source for busy until it says that it rests.
    if (!progress.equals(lastProgress) || (news && progress.resting())) {
      sendProgress(progress);
    }
  }

  private void sendSums() {
    members.send(
        partial ->
            forward(
                // one partition for all bundles, so that one instance can compare them
                partial.key().group().group().getBytes(StandardCharsets.UTF_8),
                new IntakeOutput.ToGroups(partial),
                context.currentSystemTimeMs()));
  }

  private void sendProgress(GroupMessage.Progress progress) {
    members.forgetClosedWindows();
    lastProgress =
        new GroupMessage.Progress(
            source, progress.closedThroughMs(), progress.idle(), false, progress.resting());
    forward(NO_KEY, new IntakeOutput.ToGroups(progress), context.currentSystemTimeMs());
  }

  private void forward(byte[] key, IntakeOutput outgoing, long timestampMs) {
    // Brokers refuse timestamps that are far ahead of their clock.
    long believed = Math.min(timestampMs, context.currentSystemTimeMs());
    context.forward(new Record<>(key, outgoing, Math.max(0, believed)));
  }

  private void keepBooks() {
    LedgerCounts ledger = books.ledger();
    booksStore.put(StreamStores.LEDGER_KEY, ledger.toBytes());
    meter.update(new LedgerSnapshot(ledger, pending.questions()));
  }

  /** Holds the partition until the registry is back, or long enough to give up. */
  private void waitForRegistry() {
    long deadlineNs = System.nanoTime() + rules.registryPatience().toNanos();
    while (pending.hasUnread() && isFull()) {
      if (System.nanoTime() > deadlineNs) {
        throw new RegistryAbsentException(
            "the registry has been absent while %d observations of partition %d wait; nothing is lost, the thread begins anew"
                .formatted(pending.size(), source));
      }
      try {
        Thread.sleep(REGISTRY_PAUSE.toMillis());
      } catch (InterruptedException fault) {
        throw new InterruptException("interrupted while waiting for the registry", fault);
      }
      readWaiting();
      answerReady();
    }
  }

  @Override
  public void close() {
    if (meter != null) {
      meter.close();
    }
  }
}
