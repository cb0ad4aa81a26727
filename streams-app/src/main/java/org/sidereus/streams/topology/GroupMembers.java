package org.sidereus.streams.topology;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;

/**
 * The contributions of the objects of one partition to their groups: each object's last one, and
 * their sums for all time and per open window.
 *
 * <p>An observation of an equal or higher revision replaces what the object contributed before; one
 * of a lower revision changes nothing. An observation that comes too late for its window counts for
 * all time only.
 */
final class GroupMembers {
  /** Sums of closed windows that one call removes. */
  private static final int MOST_FORGOTTEN = 20_000;

  private final KeyValueStore<Bytes, byte[]> members;
  private final KeyValueStore<Bytes, byte[]> sums;
  private final Ledger ledger;
  private final int observationPartition;
  private final long windowSizeMs;
  private final long graceMs;
  private final Set<SumKey> unsent = new LinkedHashSet<>();

  /** Sums that are being sent: those that were unsent when the report began. */
  private final Set<SumKey> sending = new LinkedHashSet<>();

  /** Sums that changed since {@link #store()}: a batch changes few sums, but each one often. */
  private final Map<SumKey, ChangedSum> changed = new LinkedHashMap<>();

  GroupMembers(
      KeyValueStore<Bytes, byte[]> members,
      KeyValueStore<Bytes, byte[]> sums,
      Ledger ledger,
      int observationPartition,
      StreamRules.Windows windows) {
    this.members = members;
    this.sums = sums;
    this.ledger = ledger;
    this.observationPartition = observationPartition;
    this.windowSizeMs = windows.size().toMillis();
    this.graceMs = windows.grace().toMillis();
    try (KeyValueIterator<Bytes, byte[]> all = sums.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        if (StoredSum.of(one.value).unsent()) {
          unsent.add(SumKey.of(one.key));
        }
      }
    }
  }

  /** Advances stream time, also by an observation without a group. */
  void advance(Observation observation) {
    ledger.advance(observation.getTime().toEpochMilli(), graceMs);
  }

  /** Adds or replaces the contribution of an object to its group. */
  void contribute(GroupKey group, Observation observation, double[] contribution) {
    Bytes memberKey = memberKey(group, observation);
    byte[] known = members.get(memberKey);
    Optional<Member> before = Optional.ofNullable(known).map(Member::of);
    int revision = observation.getRevision();
    if (before.isPresent() && revision < before.get().revision()) {
      ledger.outdated();
      return;
    }
    long timeMs = observation.getTime().toEpochMilli();
    if (before.isPresent()
        && before.get().revision() == revision
        && before.get().hasSame(timeMs, contribution)) {
      return;
    }
    TimeWindow window = TimeWindow.holding(timeMs, windowSizeMs);
    boolean open = isOpen(window);
    change(SumKey.allTime(group), before, contribution, timeMs);
    Optional<Member> inWindow = before.filter(m -> m.inWindow() && isOpen(m.window()));
    if (inWindow.isPresent() && inWindow.get().window().equals(window)) {
      change(SumKey.in(window, group), inWindow, contribution, timeMs);
    } else {
      inWindow.ifPresent(
          m -> {
            ChangedSum there = changedSum(SumKey.in(m.window(), group), m.contribution().length);
            there.sum = there.sum.minus(m.contribution());
          });
      if (open) {
        change(SumKey.in(window, group), Optional.empty(), contribution, timeMs);
      } else {
        ledger.late();
      }
    }
    members.put(memberKey, new Member(revision, timeMs, window, open, contribution).toBytes());
  }

  private boolean isOpen(TimeWindow window) {
    return window.endMs() > ledger.closedThroughMs();
  }

  private void change(SumKey key, Optional<Member> before, double[] contribution, long timeMs) {
    ChangedSum one = changedSum(key, contribution.length);
    PartialSum sum = one.sum;
    if (before.isPresent()) {
      sum = sum.minus(before.get().contribution());
    }
    one.sum = sum.plus(contribution, timeMs);
  }

  private ChangedSum changedSum(SumKey key, int length) {
    return changed.computeIfAbsent(key, absent -> new ChangedSum(stored(absent, length)));
  }

  private PartialSum stored(SumKey key, int length) {
    byte[] bytes = sums.get(key.toBytes());
    return bytes == null ? PartialSum.empty(length) : StoredSum.of(bytes).sum();
  }

  /** Writes changed sums to the store. Call this at the end of every batch. */
  void store() {
    changed.forEach((key, one) -> sums.put(key.toBytes(), new StoredSum(one.sum, true).toBytes()));
    unsent.addAll(changed.keySet());
    changed.clear();
  }

  /** Whether sums have changed since they were last passed on. */
  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Begins to pass on the sums that changed since the last time. */
  void beginSending() {
    sending.addAll(unsent);
    unsent.clear();
  }

  /**
   * Passes on sums as long as the call lasts.
   *
   * @return whether all are passed on that had changed when it began
   */
  boolean send(Consumer<GroupMessage.Partial> receiver, WorkBudget.Call call) {
    Iterator<SumKey> keys = sending.iterator();
    while (keys.hasNext()) {
      if (call.isOver()) {
        return false;
      }
      SumKey key = keys.next();
      keys.remove();
      byte[] stored = sums.get(key.toBytes());
      if (stored != null) {
        PartialSum sum = StoredSum.of(stored).sum();
        boolean again = unsent.contains(key);
        sums.put(key.toBytes(), new StoredSum(sum, again).toBytes());
        receiver.accept(new GroupMessage.Partial(observationPartition, key, sum));
      }
    }
    return true;
  }

  /**
   * Removes the sums of closed windows as long as the call lasts. Call this after they are sent.
   */
  void forgetClosedWindows(WorkBudget.Call call) {
    Bytes end = SumKey.afterWindowsEndingBy(ledger.closedThroughMs());
    Set<Bytes> closed = new LinkedHashSet<>();
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(SumKey.firstWindow(), end)) {
      while (range.hasNext() && closed.size() < MOST_FORGOTTEN && !call.isOver()) {
        KeyValue<Bytes, byte[]> one = range.next();
        // What changed since the report began is still to be sent.
        if (!StoredSum.of(one.value).unsent()) {
          closed.add(one.key);
        }
      }
    }
    closed.forEach(sums::delete);
  }

  static Bytes memberKey(GroupKey group, Observation observation) {
    BinaryWriter out = group.write(new BinaryWriter());
    return Bytes.wrap(
        out.putString(observation.getSurvey()).putString(observation.getObject()).toBytes());
  }

  /** A sum while its batch changes it. */
  private static final class ChangedSum {
    private PartialSum sum;

    private ChangedSum(PartialSum sum) {
      this.sum = sum;
    }
  }
}
