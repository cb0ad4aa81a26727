package org.sidereus.streams.topology;

/**
 * What is combined: the objects of one group, as one version of one bundle sees them.
 *
 * @param bundle name of the bundle
 * @param version version of the bundle
 * @param group name of the group
 */
record GroupKey(String bundle, String version, String group) {

  BinaryWriter write(BinaryWriter out) {
    return out.putString(bundle).putString(version).putString(group);
  }

  static GroupKey read(BinaryReader in) {
    return new GroupKey(in.getString(), in.getString(), in.getString());
  }
}
