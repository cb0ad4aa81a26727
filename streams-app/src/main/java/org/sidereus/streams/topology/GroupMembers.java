package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.state.GroupKey;

/**
 * The contributions of the objects of one partition to their groups: each object's last one, and
 * their sums for all time and per open window. An object without a group is known, too, so that an
 * old revision of it is not published over a newer one.
 *
 * <p>An observation of an equal or higher revision replaces what the object contributed before. If
 * it names another group, the object leaves the one before, unless objects of its survey may be in
 * several groups. An observation that comes too late for its window counts for all time only.
 */
final class GroupMembers {
  /** Sums of closed windows that one call removes. */
  private static final int MOST_FORGOTTEN = 20_000;

  private static final double[] NO_CONTRIBUTION = {};

  private final KeyValueStore<Bytes, byte[]> members;
  private final KeyValueStore<Bytes, byte[]> sums;
  private final Ledger ledger;
  private final SurveyTimes surveys;
  private final int observationPartition;
  private final long windowSizeMs;
  private final Set<String> overlapping;
  private final Set<SumKey> unsent = new LinkedHashSet<>();

  /** Sums that are being sent: those that were unsent when the report began. */
  private final Set<SumKey> sending = new LinkedHashSet<>();

  /** Surveys with closed windows whose sums are still there, with the time through which. */
  private final Map<String, Long> forgetting = new HashMap<>();

  /** Sums that changed since {@link #store()}: a batch changes few sums, but each one often. */
  private final Map<SumKey, RunningSum> changed = new LinkedHashMap<>();

  /**
   * The members that are stored.
   *
   * @param overlapping surveys whose objects may be in several groups
   */
  GroupMembers(
      KeyValueStore<Bytes, byte[]> members,
      KeyValueStore<Bytes, byte[]> sums,
      Ledger ledger,
      SurveyTimes surveys,
      int observationPartition,
      StreamRules.Windows windows,
      Set<String> overlapping) {
    this.members = members;
    this.sums = sums;
    this.ledger = ledger;
    this.surveys = surveys;
    this.observationPartition = observationPartition;
    this.windowSizeMs = windows.size().toMillis();
    this.overlapping = Set.copyOf(overlapping);
    try (KeyValueIterator<Bytes, byte[]> all = sums.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        if (StoredSum.isUnsent(one.value)) {
          unsent.add(SumKey.of(one.key));
        }
      }
    }
  }

  /** What is known of the object of an observation. */
  Memberships known(MemberKey key) {
    byte[] bytes = members.get(key.toBytes());
    return bytes == null ? Memberships.none() : Memberships.of(bytes);
  }

  /**
   * Adds or replaces the contribution of an object.
   *
   * @param known what is known of it
   * @param contribution ignored where the observation names no group
   */
  void contribute(
      MemberKey key, Memberships known, Observation observation, double[] contribution) {
    String named = observation.getGroup();
    String group = named == null || named.isBlank() ? Memberships.NO_GROUP : named;
    boolean several = overlapping.contains(key.survey());
    boolean left = false;
    for (String other : List.copyOf(known.byGroup().keySet())) {
      boolean hasGroup = !other.equals(Memberships.NO_GROUP);
      if (!other.equals(group) && (!several || !hasGroup)) {
        leave(key, known, other);
        left |= hasGroup;
      }
    }
    if (left) {
      ledger.moved();
    }
    boolean changes =
        join(
            key,
            known,
            group,
            observation.getRevision(),
            EventTime.ofMs(observation),
            group.equals(Memberships.NO_GROUP) ? NO_CONTRIBUTION : contribution);
    if (left || changes) {
      store(key, known);
    }
  }

  private void store(MemberKey key, Memberships known) {
    if (known.byGroup().isEmpty()) {
      members.delete(key.toBytes());
    } else {
      members.put(key.toBytes(), known.toBytes());
    }
  }

  /** Returns whether something changes. */
  private boolean join(
      MemberKey key,
      Memberships known,
      String group,
      int revision,
      long timeMs,
      double[] contribution) {
    Optional<Member> before = Optional.ofNullable(known.byGroup().get(group));
    if (before.isPresent()
        && before.get().revision() == revision
        && before.get().hasSame(timeMs, contribution)) {
      return false;
    }
    Optional<TimeWindow> window =
        EventTime.isKnown(timeMs)
            ? Optional.of(TimeWindow.holding(key.survey(), timeMs, windowSizeMs))
            : Optional.empty();
    Optional<TimeWindow> open = window.filter(surveys::isOpen);
    if (!group.equals(Memberships.NO_GROUP)) {
      GroupKey groupKey = key.in(group);
      change(SumKey.allTime(groupKey), before, contribution, timeMs);
      Optional<Member> inWindow = before.filter(this::isInOpenWindow);
      if (inWindow.isPresent() && inWindow.get().window().equals(open)) {
        change(SumKey.in(open.orElseThrow(), groupKey), inWindow, contribution, timeMs);
      } else {
        inWindow.ifPresent(one -> takeFromWindow(groupKey, one));
        open.ifPresent(
            one -> change(SumKey.in(one, groupKey), Optional.empty(), contribution, timeMs));
      }
      if (window.isPresent() && open.isEmpty()) {
        ledger.late();
      }
    }
    known
        .byGroup()
        .put(group, new Member(revision, timeMs, window, open.isPresent(), contribution));
    return true;
  }

  private boolean isInOpenWindow(Member member) {
    return member.inWindow() && member.window().filter(surveys::isOpen).isPresent();
  }

  private void takeFromWindow(GroupKey group, Member member) {
    take(SumKey.in(member.window().orElseThrow(), group), member);
  }

  private void take(SumKey key, Member member) {
    changedSum(key, member.contribution().length).minus(member.contribution());
  }

  private Member leave(MemberKey key, Memberships known, String group) {
    Member member = Objects.requireNonNull(known.byGroup().remove(group), group);
    if (!group.equals(Memberships.NO_GROUP)) {
      take(SumKey.allTime(key.in(group)), member);
      if (isInOpenWindow(member)) {
        takeFromWindow(key.in(group), member);
      }
    }
    return member;
  }

  /**
   * What a withdrawal took out.
   *
   * @param found whether the object was known, and in the group that is named
   * @param contributions how many contributions to groups
   * @param forgotten what is not known any more
   * @param remains whether something with this identifier is still known
   */
  record Withdrawn(boolean found, int contributions, List<MemberKey> forgotten, boolean remains) {}

  /**
   * Takes an object out of what a withdrawal names.
   *
   * @param only the names of the only group that it leaves; empty: it leaves all
   */
  Withdrawn withdraw(DecodedEvent.Withdrawal withdrawal, Set<String> only) {
    Map<MemberKey, Memberships> all = new LinkedHashMap<>();
    try (KeyValueIterator<Bytes, byte[]> stored =
        members.prefixScan(MemberKey.prefix(withdrawal.object()), new BytesSerializer())) {
      stored.forEachRemaining(one -> all.put(MemberKey.of(one.key), Memberships.of(one.value)));
    }
    List<MemberKey> forgotten = new ArrayList<>();
    boolean covered = false;
    int contributions = 0;
    for (Map.Entry<MemberKey, Memberships> one : all.entrySet()) {
      MemberKey key = one.getKey();
      Memberships known = one.getValue();
      if (withdrawal.covers(key)) {
        covered = true;
        contributions += withdraw(key, known, only);
        store(key, known);
        if (known.byGroup().isEmpty()) {
          forgotten.add(key);
        }
      }
    }
    boolean found = only.isEmpty() ? covered : contributions > 0;
    return new Withdrawn(found, contributions, forgotten, forgotten.size() < all.size());
  }

  /** Takes an object out of one group, or out of all. Returns the number of contributions. */
  private int withdraw(MemberKey key, Memberships known, Set<String> only) {
    int contributions = 0;
    for (String group : List.copyOf(known.byGroup().keySet())) {
      if (only.isEmpty() || only.contains(group)) {
        Member member = leave(key, known, group);
        contributions += group.equals(Memberships.NO_GROUP) ? 0 : 1;
        if (!only.isEmpty() && known.byGroup().isEmpty()) {
          known.byGroup().put(Memberships.NO_GROUP, member.withoutGroup());
        }
      }
    }
    return contributions;
  }

  /**
   * Moves some of the objects of a group to another one.
   *
   * @param from where to begin; empty: at the first object
   * @param most how many objects of all groups to look at
   * @return where to go on; empty: all are moved
   */
  Optional<Bytes> moveSome(String oldGroup, String newGroup, Optional<Bytes> from, int most) {
    List<KeyValue<Bytes, byte[]>> some = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all =
        from.isPresent() ? members.range(from.get(), null) : members.all()) {
      while (all.hasNext() && some.size() <= most) {
        some.add(all.next());
      }
    }
    for (KeyValue<Bytes, byte[]> one : some.subList(0, Math.min(most, some.size()))) {
      Memberships known = Memberships.of(one.value);
      if (known.byGroup().containsKey(oldGroup)) {
        MemberKey key = MemberKey.of(one.key);
        move(key, known, oldGroup, newGroup);
        store(key, known);
      }
    }
    return some.size() > most ? Optional.of(some.get(most).key) : Optional.empty();
  }

  private void move(MemberKey key, Memberships known, String oldGroup, String newGroup) {
    Member member = leave(key, known, oldGroup);
    Member there = known.byGroup().get(newGroup);
    if (there == null || there.revision() < member.revision()) {
      join(key, known, newGroup, member.revision(), member.timeMs(), member.contribution());
    }
    ledger.moved();
  }

  private void change(SumKey key, Optional<Member> before, double[] contribution, long timeMs) {
    RunningSum sum = changedSum(key, contribution.length);
    before.ifPresent(one -> sum.minus(one.contribution()));
    sum.plus(contribution, timeMs);
  }

  private RunningSum changedSum(SumKey key, int length) {
    return changed.computeIfAbsent(key, absent -> new RunningSum(stored(absent, length)));
  }

  private PartialSum stored(SumKey key, int length) {
    byte[] bytes = sums.get(key.toBytes());
    return bytes == null ? PartialSum.empty(length) : StoredSum.of(bytes).sum();
  }

  /** Writes changed sums to the store. Call this at the end of every batch. */
  void store() {
    changed.forEach(
        (key, one) -> sums.put(key.toBytes(), new StoredSum(one.sum(), true).toBytes()));
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
   * Passes on sums.
   *
   * @param mayGoOn whether there is time for the next one
   * @return whether all are passed on that had changed when it began
   */
  boolean send(Consumer<GroupMessage.Partial> receiver, BooleanSupplier mayGoOn) {
    Iterator<SumKey> keys = sending.iterator();
    while (keys.hasNext()) {
      if (!mayGoOn.getAsBoolean()) {
        return false;
      }
      SumKey key = keys.next();
      keys.remove();
      byte[] stored = sums.get(key.toBytes());
      if (stored != null) {
        PartialSum sum = StoredSum.of(stored).sum();
        boolean again = unsent.contains(key);
        if (sum.isEmpty() && !again) {
          // A sum of no object is forgotten.
          sums.delete(key.toBytes());
        } else {
          sums.put(key.toBytes(), new StoredSum(sum, again).toBytes());
        }
        receiver.accept(new GroupMessage.Partial(observationPartition, key, sum));
      }
    }
    return true;
  }

  /**
   * Removes the sums of closed windows as long as the call lasts. Call this after they are sent.
   */
  void forgetClosedWindows(WorkBudget.Call call) {
    forgetting.putAll(surveys.takeClosed());
    forgetting
        .entrySet()
        .removeIf(
            one ->
                one.getValue() == Long.MIN_VALUE
                    || (!call.isOver()
                        && forget(
                            SumKey.firstWindowOf(one.getKey()),
                            SumKey.afterWindowsEndingBy(one.getKey(), one.getValue()),
                            call)));
  }

  /** Returns whether all are removed. */
  private boolean forget(Bytes from, Bytes to, WorkBudget.Call call) {
    Set<Bytes> closed = new LinkedHashSet<>();
    boolean all = true;
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(from, to)) {
      while (range.hasNext() && closed.size() < MOST_FORGOTTEN && !call.isOver()) {
        KeyValue<Bytes, byte[]> one = range.next();
        // What changed since the report began is still to be sent.
        if (StoredSum.isUnsent(one.value)) {
          all = false;
        } else {
          closed.add(one.key);
        }
      }
      all &= !range.hasNext();
    }
    closed.forEach(sums::delete);
    return all;
  }
}
