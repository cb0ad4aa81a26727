package org.sidereus.streams.config;

/**
 * The part of the heap that one of the large holders of memory may have: the events that wait, what
 * is read and not taken yet, the caches of the stores, and what is not sent yet. Those of several
 * partitions share it by one rule.
 */
public final class HeapShare {
  private static final int PARTS = 8;

  private HeapShare() {}

  /** An eighth of the heap of this process, bytes. */
  public static long bytes() {
    return Runtime.getRuntime().maxMemory() / PARTS;
  }

  /**
   * Whether a partition should get no more. It has as much as is still free, so one alone gets half
   * of the memory, two get a third each, and there is always some left for the others. A partition
   * that has nothing always gets something.
   *
   * @param own bytes that the partition has
   * @param all bytes that all partitions have, this one, too
   * @param most bytes that all may have
   */
  public static boolean isUsedUp(long own, long all, long most) {
    return own > 0 && own >= most - all;
  }
}
