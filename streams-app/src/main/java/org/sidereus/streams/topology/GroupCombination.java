package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.GroupMessage.Partial;
import org.sidereus.streams.topology.GroupMessage.ProgressReport;

/**
 * Combines the partial sums of all partitions of the observations into the posteriors of groups.
 *
 * <p>A changed group is published once per emit interval as long as sums come, and as soon as all
 * partitions rest; when a window closes; and when a marker comes. A window closes when every
 * partition that is not idle has reported that it sends nothing more for it. Its last posterior is
 * marked {@code closed}, and does not change afterwards.
 *
 * <p>While a new version of a bundle is introduced, there may be sums of a version that this
 * instance does not have. They are left unchanged until an instance that has it takes them over.
 */
final class GroupCombination implements Processor<byte[], GroupMessage, byte[], GroupPosterior> {
  /** Posteriors between two looks at the clock and at what else is due. */
  private static final int CHUNK = 4;

  private final StreamRules rules;
  private final GroupPosteriors posteriors;
  private final StreamMeters meters;
  private final StreamClients clients;
  private final WorkBudget budget;
  private final LongSupplier wallClockMs;

  /** Changed sums and the number of their objects, until the next emit interval. */
  private final Map<SumKey, Long> changed = new LinkedHashMap<>();

  /** Sums whose emit interval has come. */
  private final PublicationQueue due = new PublicationQueue();

  /** Changed sums of versions that this instance does not have. */
  private final Set<SumKey> foreign = new LinkedHashSet<>();

  /** Partitions that have sent sums and have not reported since that they rest. */
  private final Set<Integer> busy = new HashSet<>();

  private ProcessorContext<byte[], GroupPosterior> context;
  private KeyValueStore<Bytes, byte[]> sums;
  private PartitionProgress progress;
  private StreamMeters.UnknownVersionGroups unknownVersions;
  private EmitSchedule schedule;
  private CommittedCounts counts;

  /** Whether windows have closed that are not published yet. */
  private boolean closing;

  private boolean tookOver;

  /**
   * A combination.
   *
   * @param wallClockMs the clock of the machine, which may be set back
   */
  GroupCombination(
      StreamRules rules,
      StreamMeters meters,
      StreamClients clients,
      WorkBudget budget,
      LongSupplier wallClockMs) {
    this.rules = rules;
    this.clients = clients;
    this.budget = budget;
    this.wallClockMs = wallClockMs;
    this.posteriors = new GroupPosteriors(rules.combined());
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], GroupPosterior> context) {
    this.context = context;
    this.counts = new CommittedCounts(clients);
    this.unknownVersions = meters.unknownVersions();
    this.sums = context.getStateStore(StreamStores.GROUP_SUMS);
    this.progress =
        new PartitionProgress(
            context.getStateStore(StreamStores.PROGRESS), rules.observationPartitions());
    try (KeyValueIterator<Bytes, byte[]> all = sums.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        GroupSum sum = GroupSum.of(one.value);
        if (sum.unpublished()) {
          change(SumKey.of(one.key), sum);
        }
      }
    }
    // Windows that an earlier owner could not publish are closed by the first owner that can.
    this.schedule = new EmitSchedule(rules.emitInterval(), context.currentSystemTimeMs());
    context.schedule(schedule.tick(), PunctuationType.WALL_CLOCK_TIME, now -> tick(now));
  }

  private void tick(long nowMs) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      if (schedule.isDue(nowMs, busy.isEmpty())) {
        if (!tookOver) {
          tookOver = true;
          closing = true;
        }
        beginPublishing();
      }
      goOn(call);
    }
  }

  @Override
  public void process(Record<byte[], GroupMessage> record) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      if (record.value() instanceof Partial partial) {
        busy.add(partial.observationPartition());
        take(partial);
      } else if (record.value() instanceof ProgressReport message) {
        if (message.resting()) {
          busy.remove(message.observationPartition());
        }
        boolean mayClose = progress.advance(message);
        closing |= mayClose;
        if (message.marked()) {
          beginPublishing();
        }
        if (mayClose || message.marked()) {
          goOn(call);
        }
      }
    }
  }

  /** The emit interval of what has changed is over. */
  private void beginPublishing() {
    changed.forEach(due::add);
    changed.clear();
    unknownVersions.update(foreign.stream().map(SumKey::group).distinct().toList());
  }

  /** Publishes what is due, as long as the call lasts: closed windows and changes in turn. */
  private void goOn(WorkBudget.Call call) {
    while ((closing || !due.isEmpty()) && !call.isOver()) {
      if (closing) {
        closing = closeWindows();
      }
      publishDue(call);
    }
    if (closing || !due.isEmpty()) {
      context.commit();
    }
  }

  private void take(Partial partial) {
    SumKey key = partial.key();
    if (key.window().filter(w -> w.endMs() <= progress.closedThroughMs()).isPresent()) {
      counts.add(meters::lateSum);
      return;
    }
    byte[] bytes = sums.get(key.toBytes());
    GroupSum sum = bytes == null ? GroupSum.empty() : GroupSum.of(bytes);
    if (partial.sum().equals(sum.byPartition().get(partial.observationPartition()))) {
      return;
    }
    GroupSum sumNow = sum.with(partial.observationPartition(), partial.sum());
    sums.put(key.toBytes(), sumNow.toBytes());
    change(key, sumNow);
    schedule.change(context.currentSystemTimeMs());
  }

  private void change(SumKey key, GroupSum sum) {
    if (posteriors.canCombine(key.group())) {
      changed.put(key, sum.total().state().objects());
    } else {
      foreign.add(key);
    }
  }

  /** Publishes and removes some of the windows that have closed. Returns whether there are more. */
  private boolean closeWindows() {
    Bytes end = SumKey.afterWindowsEndingBy(progress.closedThroughMs());
    Map<Bytes, byte[]> closed = new LinkedHashMap<>();
    boolean more;
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(SumKey.firstWindow(), end)) {
      while (range.hasNext() && closed.size() < CHUNK) {
        KeyValue<Bytes, byte[]> one = range.next();
        // The others are left to an instance that has their version.
        if (posteriors.canCombine(SumKey.of(one.key).group())) {
          closed.put(one.key, one.value);
        }
      }
      more = range.hasNext();
    }
    closed.forEach(
        (bytes, sum) -> {
          SumKey key = SumKey.of(bytes);
          publish(key, GroupSum.of(sum), true);
          sums.delete(bytes);
          changed.remove(key);
          due.remove(key);
          counts.add(meters::windowClosed);
        });
    return more;
  }

  /** Publishes some of the changed groups whose interval is over. */
  private void publishDue(WorkBudget.Call call) {
    for (int i = 0; i < CHUNK && !call.isOver(); i++) {
      Optional<SumKey> next = due.next();
      if (next.isEmpty()) {
        return;
      }
      SumKey key = next.get();
      Bytes bytes = key.toBytes();
      byte[] stored = sums.get(bytes);
      if (stored != null) {
        GroupSum sum = GroupSum.of(stored);
        publish(key, sum, false);
        sums.put(bytes, sum.published().toBytes());
        changed.remove(key);
      }
    }
  }

  private void publish(SumKey key, GroupSum sum, boolean closed) {
    GroupPosterior posterior = posteriors.posterior(key, sum, closed).orElseThrow();
    byte[] group = key.group().group().getBytes(StandardCharsets.UTF_8);
    // Brokers refuse timestamps that are far ahead of their clock.
    long nowMs = Math.min(context.currentSystemTimeMs(), wallClockMs.getAsLong());
    context.forward(new Record<>(group, posterior, Math.max(0, nowMs)));
    counts.add(meters::groupPosterior);
  }

  @Override
  public void close() {
    if (unknownVersions != null) {
      unknownVersions.close();
    }
  }
}
