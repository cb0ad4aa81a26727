package org.sidereus.engine.numerics;

/** Numbers in single precision: they need half of the memory where that is precise enough. */
public final class Float32 {
  private Float32() {}

  /** The nearest number in single precision; the number itself where there is none of its size. */
  public static double nearest(double value) {
    float single = (float) value;
    return Math.abs(single) >= Float.MIN_NORMAL && !Float.isInfinite(single) ? single : value;
  }
}
