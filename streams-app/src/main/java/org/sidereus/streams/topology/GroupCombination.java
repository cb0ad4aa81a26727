package org.sidereus.streams.topology;

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
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.GroupMessage.Partial;
import org.sidereus.streams.topology.GroupMessage.ProgressReport;

/**
 * Combines the partial sums of all partitions of the observations into the posteriors of groups.
 *
 * <p>A changed group is published once per emit interval as long as sums come, and as soon as all
 * partitions rest; when a window closes; and when a marker comes. A window closes when every
 * partition that holds its survey has reported that it sends nothing more for it. Its last
 * posterior is marked {@code closed}, and does not change afterwards. A group that its last object
 * has left is withdrawn by a record without a value.
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
  private final ClientWatch clients;
  private final WorkBudget budget;
  private final EmissionShare.Account account;
  private final LongSupplier wallClockMs;

  /** Changed sums and the number of their objects, until the next emit interval. */
  private final Map<SumKey, Long> changed = new LinkedHashMap<>();

  /** Sums whose emit interval has come. */
  private final PublicationQueue due = new PublicationQueue();

  /** Changed sums of versions that this instance does not have. */
  private final Set<SumKey> foreign = new LinkedHashSet<>();

  /** Surveys with closed windows to publish, and the key from which these are still there. */
  private final Map<String, Bytes> closing = new LinkedHashMap<>();

  /** Partitions that have sent sums and have not reported since that they rest. */
  private final Set<Integer> busy = new HashSet<>();

  private ProcessorContext<byte[], GroupPosterior> context;
  private GroupSums sums;
  private PartitionProgress progress;
  private StreamMeters.UnknownVersionGroups unknownVersions;
  private EmitSchedule schedule;
  private CommittedCounts counts;

  private boolean tookOver;

  /** Whether a marker has come since the last time that nothing was due. */
  private boolean marked;

  /**
   * A combination.
   *
   * @param account what the posteriors of changed groups may take
   * @param wallClockMs the clock of the machine, which may be set back
   */
  GroupCombination(
      StreamRules rules,
      StreamMeters meters,
      ClientWatch clients,
      WorkBudget budget,
      EmissionShare.Account account,
      LongSupplier wallClockMs) {
    this.rules = rules;
    this.clients = clients;
    this.budget = budget;
    this.account = account;
    this.wallClockMs = wallClockMs;
    this.posteriors = new GroupPosteriors(rules.combined());
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], GroupPosterior> context) {
    this.context = context;
    this.counts = new CommittedCounts(clients);
    this.unknownVersions = meters.unknownVersions();
    this.sums = GroupSums.of(context);
    this.progress =
        new PartitionProgress(
            context.getStateStore(StreamStores.PROGRESS),
            rules.observationPartitions(),
            rules.windows().idle().toMillis());
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
    this.schedule = new EmitSchedule(rules.groups().interval(), context.currentSystemTimeMs());
    context.schedule(schedule.tick(), PunctuationType.WALL_CLOCK_TIME, now -> tick(now));
  }

  private void tick(long nowMs) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      if (!tookOver) {
        tookOver = true;
        progress.surveys().forEach(this::beginClosing);
      }
      if (schedule.isDue(nowMs, busy.isEmpty())) {
        beginPublishing();
      }
      goOn(call);
    }
  }

  @Override
  public void process(Record<byte[], GroupMessage> record) {
    try (WorkBudget.Call call = budget.begin()) {
      counts.advance();
      context.recordMetadata().ifPresent(SourceRecord::dropBytes);
      long leftNs = call.leftNs();
      if (record.value() instanceof Partial partial) {
        busy.add(partial.observationPartition());
        take(partial);
        account.received(leftNs - call.leftNs());
      } else if (record.value() instanceof ProgressReport message) {
        if (message.resting()) {
          busy.remove(message.observationPartition());
        }
        progress.advance(message).forEach(this::pass);
        if (message.marked()) {
          message.surveys().keySet().forEach(this::end);
          beginPublishing();
          marked = true;
        }
        account.received(leftNs - call.leftNs());
        goOn(call);
      }
    }
  }

  /** The emit interval of what has changed is over. */
  private void beginPublishing() {
    changed.forEach(due::add);
    changed.clear();
    unknownVersions.update(foreign.stream().map(SumKey::group).distinct().toList());
  }

  /**
   * Publishes what is due, as long as the call lasts: closed windows and changes in turn. The
   * changes go on only as long as their share of the time allows, apart from those at a marker.
   */
  private void goOn(WorkBudget.Call call) {
    long nowMs = context.currentSystemTimeMs();
    boolean limited = !marked && !due.isEmpty();
    boolean publishing = !limited || account.mayEmit(nowMs);
    boolean turn = limited && publishing;
    long tookNs = 0;
    while ((!closing.isEmpty() || (publishing && !due.isEmpty())) && !call.isOver()) {
      if (!closing.isEmpty()) {
        closeSomeWindows();
      }
      for (int i = 0; i < CHUNK && publishing && !due.isEmpty() && !call.isOver(); i++) {
        long leftNs = call.leftNs();
        publishNextDue();
        tookNs += leftNs - call.leftNs();
        publishing = !limited || account.goesOn(nowMs, tookNs);
      }
    }
    if (turn) {
      account.endTurn(nowMs, tookNs, !due.isEmpty());
    } else if (due.isEmpty()) {
      account.leave();
    }
    marked = marked && !due.isEmpty();
    if (call.awaitsCommit() && (!closing.isEmpty() || (publishing && !due.isEmpty()))) {
      context.commit();
    }
  }

  /** The observations of a survey have passed some event time everywhere. */
  private void pass(String survey) {
    long passedMs = progress.passedMs(survey);
    if (passedMs > progress.closedThroughMs(survey)) {
      progress.close(survey, passedMs);
      beginClosing(survey);
    }
  }

  /**
   * A survey may have ended everywhere: then the windows that there are close, and no later one.
   */
  private void end(String survey) {
    long endedMs = progress.endedMs(survey);
    if (endedMs > progress.closedThroughMs(survey)) {
      try (KeyValueIterator<Bytes, byte[]> latest =
          sums.reverseRange(
              SumKey.firstWindowOf(survey), SumKey.afterWindowsEndingBy(survey, endedMs))) {
        if (latest.hasNext()) {
          progress.close(survey, SumKey.of(latest.next().key).window().orElseThrow().endMs());
          beginClosing(survey);
        }
      }
    }
  }

  private void beginClosing(String survey) {
    closing.putIfAbsent(survey, SumKey.firstWindowOf(survey));
  }

  private void take(Partial partial) {
    SumKey key = partial.key();
    if (key.window().filter(w -> w.endMs() <= progress.closedThroughMs(w.survey())).isPresent()) {
      counts.add(meters::lateSum);
      return;
    }
    Optional<GroupSum> changedNow = sums.put(key, partial.observationPartition(), partial.sum());
    if (changedNow.isEmpty()) {
      return;
    }
    change(key, changedNow.get());
    schedule.change(context.currentSystemTimeMs());
    account.change(context.currentSystemTimeMs());
  }

  private void change(SumKey key, GroupSum sum) {
    if (sum.isEmpty()) {
      changed.put(key, 0L);
    } else if (posteriors.canCombine(key.group())) {
      changed.put(key, sum.objects());
    } else {
      foreign.add(key);
    }
  }

  /** Publishes and removes some of the closed windows of one survey; the next turn is another's. */
  private void closeSomeWindows() {
    Map.Entry<String, Bytes> turn = closing.entrySet().iterator().next();
    String survey = turn.getKey();
    Bytes from = turn.getValue();
    closing.remove(survey);
    long throughMs = progress.closedThroughMs(survey);
    if (throughMs == Long.MIN_VALUE) {
      return;
    }
    Map<SumKey, GroupSum> closed = new LinkedHashMap<>();
    Bytes rest = from;
    boolean more;
    // What was closed before is not passed again: a store steps over each key that it has lost.
    try (KeyValueIterator<Bytes, byte[]> range =
        sums.range(from, SumKey.afterWindowsEndingBy(survey, throughMs))) {
      while (range.hasNext() && closed.size() < CHUNK) {
        KeyValue<Bytes, byte[]> one = range.next();
        rest = SumKey.after(one.key);
        SumKey key = SumKey.of(one.key);
        GroupSum sum = GroupSum.of(one.value);
        // The others are left to an instance that has their version.
        if (sum.isEmpty() || posteriors.canCombine(key.group())) {
          closed.put(key, sum);
        }
      }
      more = range.hasNext();
    }
    closed.forEach(
        (key, sum) -> {
          publish(key, sum, true);
          sums.delete(key, sum);
          changed.remove(key);
          due.remove(key);
          foreign.remove(key);
          counts.add(meters::windowClosed);
        });
    if (more) {
      closing.put(survey, rest);
    }
  }

  /** Publishes the next of the changed groups whose interval is over. */
  private void publishNextDue() {
    SumKey key = due.next().orElseThrow();
    sums.get(key)
        .ifPresent(
            sum -> {
              publish(key, sum, false);
              sums.publish(key, sum);
              changed.remove(key);
            });
  }

  /** Publishes the posterior of a group, or that it has no object left. */
  private void publish(SumKey key, GroupSum sum, boolean closed) {
    if (sum.isEmpty()) {
      forward(key, null);
      counts.add(meters::groupWithdrawn);
    } else {
      forward(key, posteriors.posterior(key, sums.total(key, sum), closed).orElseThrow());
      counts.add(meters::groupPosterior);
    }
  }

  private void forward(SumKey key, @Nullable GroupPosterior value) {
    long nowMs = LogTime.nowMs(context, wallClockMs);
    context.forward(new Record<>(GroupPosteriorKey.of(key), value, nowMs));
  }

  @Override
  public void close() {
    account.leave();
    if (unknownVersions != null) {
      unknownVersions.close();
    }
  }
}
