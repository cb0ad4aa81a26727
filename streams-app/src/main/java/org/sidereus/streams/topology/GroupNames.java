package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * The groups that were renamed, at one partition of the observations. An observation that names the
 * old name counts for the new one. The objects that were in the group before move one after the
 * other, some at a time, so that the stream goes on meanwhile.
 */
final class GroupNames {
  /** Bound of the memory, whatever names producers make up. */
  static final int MOST = 1_000;

  private final KeyValueStore<Bytes, byte[]> store;
  private final GroupMembers members;
  private final int step;
  private final SortedMap<String, Renamed> byOldName = new TreeMap<>();

  /**
   * A renamed group, as it is stored under its old name.
   *
   * @param newName its name now
   * @param moving whether objects may still be under the old name
   * @param next key of the object at which to go on; empty: the first
   */
  record Renamed(String newName, boolean moving, Optional<Bytes> next) {

    byte[] toBytes() {
      return StateFormat.begin()
          .putString(newName)
          .putBoolean(moving)
          .putBytes(next.map(Bytes::get).orElse(null))
          .toBytes();
    }

    static Renamed of(byte[] bytes) {
      BinaryReader in = StateFormat.open(bytes, "the new name of a group");
      return new Renamed(
          in.getString(), in.getBoolean(), Optional.ofNullable(in.getBytes()).map(Bytes::wrap));
    }
  }

  /**
   * Reads what is stored.
   *
   * @param step how many objects to look at in one step
   */
  GroupNames(KeyValueStore<Bytes, byte[]> store, GroupMembers members, int step) {
    this.step = step;
    this.store = store;
    this.members = members;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        byOldName.put(new String(one.key.get(), StandardCharsets.UTF_8), Renamed.of(one.value));
      }
    }
  }

  /**
   * Gives a group a new name. A group of that name takes its objects in.
   *
   * @param newName no objects must be {@linkplain #isLeft leaving} a group of this name
   */
  void rename(String oldName, String newName) {
    // A name that is given again is a name of its own.
    remove(newName);
    List<String> earlier =
        byOldName.entrySet().stream()
            .filter(one -> one.getValue().newName().equals(oldName))
            .map(Map.Entry::getKey)
            .toList();
    for (String one : earlier) {
      put(one, new Renamed(newName, true, Optional.empty()));
    }
    put(oldName, new Renamed(newName, true, Optional.empty()));
  }

  private void put(String oldName, Renamed renamed) {
    byOldName.put(oldName, renamed);
    store.put(key(oldName), renamed.toBytes());
  }

  private void remove(String oldName) {
    if (byOldName.remove(oldName) != null) {
      store.delete(key(oldName));
    }
  }

  private static Bytes key(String oldName) {
    return Bytes.wrap(oldName.getBytes(StandardCharsets.UTF_8));
  }

  /** The name of a group now. */
  String now(String group) {
    Renamed renamed = byOldName.get(group);
    return renamed == null ? group : renamed.newName();
  }

  /**
   * Whether objects still move from a group of this name to the one that it became: those that join
   * a group of this name cannot be told from them.
   */
  boolean isLeft(String name) {
    Renamed renamed = byOldName.get(name);
    return renamed != null && renamed.moving();
  }

  /** A group, and the names under which some of its objects may still be stored. */
  Set<String> namesOf(String group) {
    Set<String> names = new TreeSet<>(Set.of(group));
    byOldName.forEach(
        (oldName, renamed) -> {
          if (renamed.moving() && renamed.newName().equals(group)) {
            names.add(oldName);
          }
        });
    return names;
  }

  /** An event whose group bears its name of now. */
  DecodedEvent renamed(DecodedEvent decoded) {
    if (decoded instanceof DecodedEvent.Rename rename && byOldName.size() >= MOST) {
      return new DecodedEvent.Unreadable(
          new RejectionCause(
              RejectionReason.OTHER,
              "%d groups are renamed already and no more can be; publish observations that name the group '%s'"
                  .formatted(MOST, rename.newName())),
          Optional.of(rename.observation()));
    }
    if (byOldName.isEmpty()) {
      return decoded;
    }
    if (decoded instanceof DecodedEvent.Readable readable) {
      Observation observation = readable.observation();
      String group = observation.getGroup();
      return group == null || now(group).equals(group)
          ? decoded
          : new DecodedEvent.Readable(
              Observation.newBuilder(observation).setGroup(now(group)).build(),
              readable.requests(),
              readable.rejections());
    }
    return decoded instanceof DecodedEvent.Withdrawal withdrawal
        ? withdrawal.from(withdrawal.group().map(this::now))
        : decoded;
  }

  /** Moves some objects. Returns whether some have been looked at. */
  boolean step() {
    for (Map.Entry<String, Renamed> one : byOldName.entrySet()) {
      Renamed renamed = one.getValue();
      if (renamed.moving()) {
        Optional<Bytes> next =
            members.moveSome(one.getKey(), renamed.newName(), renamed.next(), step);
        put(one.getKey(), new Renamed(renamed.newName(), next.isPresent(), next));
        return true;
      }
    }
    return false;
  }
}
