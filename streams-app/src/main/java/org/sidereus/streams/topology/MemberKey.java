package org.sidereus.streams.topology;

import org.apache.kafka.common.utils.Bytes;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;

/**
 * Key of {@link Memberships}. Keys begin with the object, so that all that is known of an object is
 * one range.
 *
 * @param object identifier of the object
 * @param survey its survey
 * @param bundle name of the bundle that inferred it
 * @param version version of the bundle
 */
record MemberKey(String object, String survey, String bundle, String version) {

  Bytes toBytes() {
    return Bytes.wrap(
        new BinaryWriter()
            .putString(object)
            .putString(survey)
            .putString(bundle)
            .putString(version)
            .toBytes());
  }

  static MemberKey of(Bytes bytes) {
    BinaryReader in = new BinaryReader(bytes.get());
    return new MemberKey(in.getString(), in.getString(), in.getString(), in.getString());
  }

  /** What the keys of an object begin with, of whatever survey. No other object's begin so. */
  static Bytes prefix(String object) {
    return Bytes.wrap(new BinaryWriter().putString(object).toBytes());
  }

  /** A group of objects that the same version of the bundle inferred. */
  GroupKey in(String group) {
    return new GroupKey(bundle, version, group);
  }
}
