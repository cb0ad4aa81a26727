package org.sidereus.streams.state;

/**
 * Key of a group: its objects are combined for each version of each bundle.
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
