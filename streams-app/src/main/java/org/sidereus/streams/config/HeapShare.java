package org.sidereus.streams.config;

/** The part of the heap that one of the large holders of memory may have. */
public final class HeapShare {
  private static final int PARTS = 8;

  private HeapShare() {}

  /** An eighth of the heap of this process, bytes. */
  public static long bytes() {
    return Runtime.getRuntime().maxMemory() / PARTS;
  }
}
