package org.sidereus.streams.topology;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
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
  /** Work of one call; far less than the transaction timeout. The rest is done by later calls. */
  private static final long BUDGET_NS = 500_000_000L;

  /** Windows that one look at the store takes. */
  private static final int PAGE = 256;

  private final StreamRules rules;
  private final GroupPosteriors posteriors;
  private final StreamMeters meters;
  private final Set<SumKey> unpublished = new LinkedHashSet<>();

  /** Surveys with windows that are closed but not all published as closed. */
  private final Set<String> closing = new LinkedHashSet<>();

  /** Partitions that have sent sums and have not reported since that they rest. */
  private final Set<Integer> busy = new HashSet<>();

  private ProcessorContext<byte[], GroupPosterior> context;
  private KeyValueStore<Bytes, byte[]> sums;
  private PartitionProgress progress;
  private StreamMeters.UnknownVersionGroups unknownVersions;
  private EmitSchedule schedule;
  private boolean tookOver;
  private boolean leftUnpublished;

  GroupCombination(StreamRules rules, StreamMeters meters) {
    this.rules = rules;
    this.posteriors = new GroupPosteriors(rules.combined());
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], GroupPosterior> context) {
    this.context = context;
    this.unknownVersions = meters.unknownVersions();
    this.sums = context.getStateStore(StreamStores.GROUP_SUMS);
    this.progress =
        new PartitionProgress(
            context.getStateStore(StreamStores.PROGRESS),
            rules.observationPartitions(),
            rules.windows().idle().toMillis());
    try (KeyValueIterator<Bytes, byte[]> all = sums.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        if (GroupSum.of(one.value).unpublished()) {
          unpublished.add(SumKey.of(one.key));
        }
      }
    }
    // Windows that an earlier owner could not publish are closed by the first owner that can.
    this.schedule = new EmitSchedule(rules.emitInterval(), context.currentSystemTimeMs());
    context.schedule(schedule.tick(), PunctuationType.WALL_CLOCK_TIME, now -> tick(now));
  }

  private void tick(long nowMs) {
    if (!tookOver) {
      tookOver = true;
      closing.addAll(progress.surveys());
    }
    boolean due = schedule.isDue(nowMs, busy.isEmpty());
    if (due || leftUnpublished) {
      publishChanged();
    }
    closeWindows();
  }

  @Override
  public void process(Record<byte[], GroupMessage> record) {
    if (record.value() instanceof Partial partial) {
      busy.add(partial.observationPartition());
      take(partial);
    } else if (record.value() instanceof ProgressReport message) {
      if (message.resting()) {
        busy.remove(message.observationPartition());
      }
      progress.advance(message).forEach(this::pass);
      if (message.marked()) {
        message.surveys().keySet().forEach(this::end);
      }
      closeWindows();
      if (message.marked()) {
        publishChanged();
      }
    }
  }

  /** The observations of a survey have passed some event time everywhere. */
  private void pass(String survey) {
    long passedMs = progress.passedMs(survey);
    if (passedMs > progress.closedThroughMs(survey)) {
      progress.close(survey, passedMs);
      closing.add(survey);
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
          closing.add(survey);
        }
      }
    }
  }

  private void take(Partial partial) {
    SumKey key = partial.key();
    if (key.window().filter(w -> w.endMs() <= progress.closedThroughMs(w.survey())).isPresent()) {
      meters.lateSum();
      return;
    }
    byte[] bytes = sums.get(key.toBytes());
    GroupSum sum = bytes == null ? GroupSum.empty() : GroupSum.of(bytes);
    PartialSum before = sum.byPartition().get(partial.observationPartition());
    if (before == null ? partial.sum().isEmpty() : partial.sum().equals(before)) {
      return;
    }
    sums.put(key.toBytes(), sum.with(partial.observationPartition(), partial.sum()).toBytes());
    unpublished.add(key);
    schedule.change(context.currentSystemTimeMs());
  }

  /** Publishes closed windows, as many as one call may; the next call goes on. */
  private void closeWindows() {
    long startNs = System.nanoTime();
    Iterator<String> surveys = closing.iterator();
    while (surveys.hasNext() && System.nanoTime() - startNs < BUDGET_NS) {
      if (closeWindows(surveys.next(), startNs)) {
        surveys.remove();
      }
    }
  }

  /** Returns whether all closed windows of the survey were looked at. */
  private boolean closeWindows(String survey, long startNs) {
    long throughMs = progress.closedThroughMs(survey);
    if (throughMs == Long.MIN_VALUE) {
      return true;
    }
    Bytes from = SumKey.firstWindowOf(survey);
    Bytes end = SumKey.afterWindowsEndingBy(survey, throughMs);
    while (true) {
      Map<Bytes, byte[]> closed = new LinkedHashMap<>();
      Bytes next = null;
      try (KeyValueIterator<Bytes, byte[]> range = sums.range(from, end)) {
        while (range.hasNext() && next == null) {
          KeyValue<Bytes, byte[]> one = range.next();
          if (closed.size() == PAGE) {
            next = one.key;
          } else {
            closed.put(one.key, one.value);
          }
        }
      }
      for (Map.Entry<Bytes, byte[]> one : closed.entrySet()) {
        if (System.nanoTime() - startNs >= BUDGET_NS) {
          return false;
        }
        closeWindow(SumKey.of(one.getKey()), GroupSum.of(one.getValue()));
      }
      if (next == null) {
        return true;
      }
      from = next;
    }
  }

  private void closeWindow(SumKey key, GroupSum sum) {
    if (publish(key, sum, true)) {
      sums.delete(key.toBytes());
      unpublished.remove(key);
      meters.windowClosed();
    }
  }

  /** Publishes changed groups, the longest unpublished first, as many as one call may. */
  private void publishChanged() {
    long startNs = System.nanoTime();
    Iterator<SumKey> keys = unpublished.iterator();
    leftUnpublished = false;
    while (keys.hasNext() && !leftUnpublished) {
      SumKey key = keys.next();
      Bytes bytes = key.toBytes();
      GroupSum sum = GroupSum.of(sums.get(bytes));
      if (publish(key, sum, false)) {
        if (sum.isEmpty()) {
          sums.delete(bytes);
        } else {
          sums.put(bytes, sum.published().toBytes());
        }
        keys.remove();
      }
      leftUnpublished = System.nanoTime() - startNs >= BUDGET_NS && keys.hasNext();
    }
    if (!leftUnpublished) {
      // The rest belongs to versions that this instance does not have.
      unknownVersions.update(unpublished.stream().map(SumKey::group).distinct().toList());
    }
  }

  /**
   * Publishes the posterior of a group, or that it has no object left.
   *
   * @return false: this instance does not have the version, and another one must publish
   */
  private boolean publish(SumKey key, GroupSum sum, boolean closed) {
    if (sum.isEmpty()) {
      forward(key, null);
      meters.groupWithdrawn();
      return true;
    }
    Optional<GroupPosterior> posterior = posteriors.posterior(key, sum, closed);
    posterior.ifPresent(
        value -> {
          forward(key, value);
          meters.groupPosterior();
        });
    return posterior.isPresent();
  }

  private void forward(SumKey key, @Nullable GroupPosterior value) {
    context.forward(new Record<>(GroupPosteriorKey.of(key), value, context.currentSystemTimeMs()));
  }

  @Override
  public void close() {
    if (unknownVersions != null) {
      unknownVersions.close();
    }
  }
}
