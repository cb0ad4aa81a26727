package org.sidereus.engine.kernel;

import java.util.stream.LongStream;

/** Axes and sizes of a graph. */
final class LongsToInts {
  private LongsToInts() {}

  static int[] of(long[] values) {
    return LongStream.of(values).mapToInt(Math::toIntExact).toArray();
  }
}
