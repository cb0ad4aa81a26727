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
  private final StreamRules rules;
  private final GroupPosteriors posteriors;
  private final StreamMeters meters;
  private final Set<SumKey> unpublished = new LinkedHashSet<>();

  /** Partitions that have sent sums and have not reported since that they rest. */
  private final Set<Integer> busy = new HashSet<>();

  private ProcessorContext<byte[], GroupPosterior> context;
  private KeyValueStore<Bytes, byte[]> sums;
  private PartitionProgress progress;
  private StreamMeters.UnknownVersionGroups unknownVersions;
  private EmitSchedule schedule;
  private boolean tookOver;

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
            context.getStateStore(StreamStores.PROGRESS), rules.observationPartitions());
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
    if (schedule.isDue(nowMs, busy.isEmpty())) {
      publishAll();
    }
  }

  private void publishAll() {
    if (!tookOver) {
      tookOver = true;
      closeWindows();
    }
    publishChanged();
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
      if (progress.advance(message)) {
        closeWindows();
      }
      if (message.marked()) {
        publishChanged();
      }
    }
  }

  private void take(Partial partial) {
    SumKey key = partial.key();
    if (key.window().filter(w -> w.endMs() <= progress.closedThroughMs()).isPresent()) {
      meters.lateSum();
      return;
    }
    byte[] bytes = sums.get(key.toBytes());
    GroupSum sum = bytes == null ? GroupSum.empty() : GroupSum.of(bytes);
    if (partial.sum().equals(sum.byPartition().get(partial.observationPartition()))) {
      return;
    }
    sums.put(key.toBytes(), sum.with(partial.observationPartition(), partial.sum()).toBytes());
    unpublished.add(key);
    schedule.change(context.currentSystemTimeMs());
  }

  private void closeWindows() {
    Bytes end = SumKey.afterWindowsEndingBy(progress.closedThroughMs());
    Map<Bytes, byte[]> closed = new LinkedHashMap<>();
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(SumKey.firstWindow(), end)) {
      range.forEachRemaining(one -> closed.put(one.key, one.value));
    }
    closed.forEach(
        (bytes, sum) -> {
          SumKey key = SumKey.of(bytes);
          if (publish(key, GroupSum.of(sum), true)) {
            sums.delete(bytes);
            unpublished.remove(key);
            meters.windowClosed();
          }
        });
  }

  private void publishChanged() {
    Iterator<SumKey> keys = unpublished.iterator();
    while (keys.hasNext()) {
      SumKey key = keys.next();
      if (posteriors.canCombine(key.group())) {
        Bytes bytes = key.toBytes();
        GroupSum sum = GroupSum.of(sums.get(bytes));
        publish(key, sum, false);
        sums.put(bytes, sum.published().toBytes());
        keys.remove();
      }
    }
    // The rest belongs to versions that this instance does not have.
    unknownVersions.update(unpublished.stream().map(SumKey::group).distinct().toList());
  }

  /** False: this instance does not have the version, and another one must publish. */
  private boolean publish(SumKey key, GroupSum sum, boolean closed) {
    Optional<GroupPosterior> posterior = posteriors.posterior(key, sum, closed);
    posterior.ifPresent(
        value -> {
          context.forward(
              new Record<>(GroupPosteriorKey.of(key), value, context.currentSystemTimeMs()));
          meters.groupPosterior();
        });
    return posterior.isPresent();
  }

  @Override
  public void close() {
    if (unknownVersions != null) {
      unknownVersions.close();
    }
  }
}
