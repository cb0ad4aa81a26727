package org.sidereus.streams.topology;

import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * What is known of an object for one version of a bundle: its present contributions by group.
 * Mutable, for one thread.
 */
final class Memberships {
  /** In place of a group, where an object has none. */
  static final String NO_GROUP = "";

  private final SortedMap<String, Member> byGroup;

  private Memberships(SortedMap<String, Member> byGroup) {
    this.byGroup = byGroup;
  }

  /** Nothing is known. */
  static Memberships none() {
    return new Memberships(new TreeMap<>());
  }

  /** By the name of the group, or {@link #NO_GROUP}. */
  SortedMap<String, Member> byGroup() {
    return byGroup;
  }

  /** The highest revision that is known; empty: the object is not known. */
  OptionalInt revision() {
    return byGroup.values().stream().mapToInt(Member::revision).max();
  }

  byte[] toBytes() {
    BinaryWriter out = StateFormat.begin();
    for (Map.Entry<String, Member> one : byGroup.entrySet()) {
      one.getValue().write(out.putString(one.getKey()));
    }
    return out.toBytes();
  }

  static Memberships of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "a member of a group");
    Memberships known = none();
    while (in.hasMore()) {
      known.byGroup.put(in.getString(), Member.read(in));
    }
    return known;
  }

  @Override
  public String toString() {
    return byGroup.toString();
  }
}
