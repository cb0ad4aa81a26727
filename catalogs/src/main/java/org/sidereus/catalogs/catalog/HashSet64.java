package org.sidereus.catalogs.catalog;

/** A set of 64-bit hashes of texts: 8 to 16 bytes for each, whatever the length of the texts. */
final class HashSet64 {
  private static final double LARGEST_LOAD = 0.7;

  private long[] slots = new long[1 << 12];
  private int size;
  private boolean hasZero;

  /** The hash of a text: FNV-1a over its characters, with the final mix of MurmurHash3. */
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  /** Adds a hash; whether it was not there. */
  boolean add(long hash) {
    if (hash == 0) {
      boolean absent = !hasZero;
      hasZero = true;
      return absent;
    }
    if (size >= slots.length * LARGEST_LOAD) {
      grow();
    }
    int slot = slot(slots, hash);
    if (slots[slot] == hash) {
      return false;
    }
    slots[slot] = hash;
    size++;
    return true;
  }

  boolean contains(long hash) {
    return hash == 0 ? hasZero : slots[slot(slots, hash)] == hash;
  }

  boolean isEmpty() {
    return size == 0 && !hasZero;
  }

  private static int slot(long[] slots, long hash) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long hash : slots) {
      if (hash != 0) {
        larger[slot(larger, hash)] = hash;
      }
    }
    slots = larger;
  }
}
