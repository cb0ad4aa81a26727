package org.sidereus.engine.combination;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sum of the contributions of a group's objects. Immutable.
 *
 * <p>Each entry is the unevaluated sum of two doubles (Dekker 1971; Knuth, TAOCP 2, 4.2.2), about
 * 106 bits: a replaced contribution leaves no trace, and the order of a million objects changes
 * nothing that a double can show.
 */
public final class GroupState {
  private final long objects;
  private final double[] high;
  private final double[] low;

  private GroupState(long objects, double[] high, double[] low) {
    this.objects = objects;
    this.high = high;
    this.low = low;
  }

  /** The state of a group without objects. */
  public static GroupState empty(int length) {
    return new GroupState(0, new double[length], new double[length]);
  }

  /**
   * A state from its parts, for example read from a store.
   *
   * @param objects number of objects, at least 0
   * @param high leading parts, as {@link #high()} gave them
   * @param low trailing parts, as {@link #low()} gave them
   */
  public static GroupState of(long objects, double[] high, double[] low) {
    if (objects < 0) {
      throw new IllegalArgumentException("objects must not be negative but is " + objects);
    }
    if (high.length != low.length) {
      throw new IllegalArgumentException(
          "high has " + high.length + " entries but low has " + low.length);
    }
    return new GroupState(objects, high.clone(), low.clone());
  }

  /** The group with one more object. */
  public GroupState plus(double[] contribution) {
    return add(1, contribution, null, 1);
  }

  /** The group without an object whose contribution was added before. */
  public GroupState minus(double[] contribution) {
    return add(-1, contribution, null, -1);
  }

  /** The group of the objects of both. */
  public GroupState merge(GroupState other) {
    return add(other.objects, other.high, other.low, 1);
  }

  /** Number of objects. */
  public long objects() {
    return objects;
  }

  /** Number of entries of the sum. */
  public int length() {
    return high.length;
  }

  /** The sum of the contributions, rounded to doubles. */
  public double[] sum() {
    return high.clone();
  }

  /** Leading parts of the sum. */
  public double[] high() {
    return high.clone();
  }

  /** Trailing parts of the sum. */
  public double[] low() {
    return low.clone();
  }

  private GroupState add(long count, double[] otherHigh, double @Nullable [] otherLow, int sign) {
    Accumulator sum = new Accumulator(this);
    sum.add(count, otherHigh, otherLow, sign);
    return sum.state();
  }

  /** A sum to which contributions are added in place. For one thread. */
  public static final class Accumulator {
    private long objects;
    private final double[] high;
    private final double[] low;

    /** A sum that begins with a state. */
    public Accumulator(GroupState start) {
      objects = start.objects;
      high = start.high.clone();
      low = start.low.clone();
    }

    /** Adds an object. */
    public void plus(double[] contribution) {
      add(1, contribution, null, 1);
    }

    /** Takes away an object whose contribution was added before. */
    public void minus(double[] contribution) {
      add(-1, contribution, null, -1);
    }

    /** Number of objects. */
    public long objects() {
      return objects;
    }

    /** The sum now. */
    public GroupState state() {
      return new GroupState(objects, high.clone(), low.clone());
    }

    private void add(long count, double[] otherHigh, double @Nullable [] otherLow, int sign) {
      if (otherHigh.length != high.length) {
        throw new IllegalArgumentException(
            "a contribution of "
                + otherHigh.length
                + " entries does not fit a sum of "
                + high.length
                + " entries");
      }
      if (objects + count < 0) {
        throw new IllegalArgumentException("nothing can be taken from a group without objects");
      }
      objects += count;
      for (int i = 0; i < high.length; i++) {
        double a = high[i];
        double b = sign * otherHigh[i];
        // exact: a + b = s + e (Knuth's two-sum)
        double s = a + b;
        double v = s - a;
        double e = (a - (s - v)) + (b - v);
        // the trailing parts, again exact, then two renormalisations
        double c = low[i];
        double d = otherLow == null ? 0 : sign * otherLow[i];
        double t = c + d;
        double w = t - c;
        double f = (c - (t - w)) + (d - w);
        e += t;
        double s2 = s + e;
        e = e - (s2 - s);
        e += f;
        high[i] = s2 + e;
        low[i] = e - (high[i] - s2);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupState state
        && objects == state.objects
        && Arrays.equals(high, state.high)
        && Arrays.equals(low, state.low);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(objects) + Arrays.hashCode(high)) + Arrays.hashCode(low);
  }

  @Override
  public String toString() {
    return "GroupState[objects=" + objects + ", sum=" + Arrays.toString(high) + "]";
  }
}
