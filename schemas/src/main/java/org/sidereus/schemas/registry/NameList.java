package org.sidereus.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/** The names of the measurements of an observation, in their order, with their bytes. */
final class NameList extends AbstractList<String> implements RandomAccess {
  private final String[] names;
  private final byte[][] bytes;
  private final int hash;

  /** The names; the array is not copied. */
  NameList(String[] names) {
    this.names = names;
    this.bytes = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      bytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
    this.hash = Arrays.hashCode(names);
  }

  @Override
  public String get(int place) {
    return names[place];
  }

  @Override
  public int size() {
    return names.length;
  }

  /** Whether bytes from an offset are the name at a place. Not so where there is no such place. */
  boolean isAt(int place, byte[] within, int from, int length) {
    if (place >= bytes.length) {
      return false;
    }
    byte[] name = bytes[place];
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != within[from + i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    if (other instanceof NameList list) {
      return list == this || (list.hash == hash && Arrays.equals(list.names, names));
    }
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
