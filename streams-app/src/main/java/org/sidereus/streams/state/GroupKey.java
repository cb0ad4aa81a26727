package org.sidereus.streams.state;

/**
 * What is combined: the objects of one group, as one version of one bundle sees them.
 *
 * @param bundle name of the bundle
 * @param version version of the bundle
 * @param group name of the group
 */
public record GroupKey(String bundle, String version, String group) {

  public BinaryWriter write(BinaryWriter out) {
    return out.putString(bundle).putString(version).putString(group);
  }

  public static GroupKey read(BinaryReader in) {
    return new GroupKey(in.getString(), in.getString(), in.getString());
  }
}
