package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.engine.inference.ObjectFlag;

/**
 * How many objects of a group are combined, and how many are left out for which flag.
 *
 * @param combined number of objects that are combined
 * @param outOfSupport number of all objects out of support, combined or not
 * @param leftOut number of objects that are left out by flag; an object with several flags counts
 *     for each of them; without the flags of no object
 */
record Participation(long combined, long outOfSupport, SortedMap<ObjectFlag, Long> leftOut) {
  /** Above this share of objects that are left out as misfits, the model does not fit the group. */
  private static final double LARGEST_MISFIT_SHARE = 0.25;

  /** The flags that are counted, in the order of their counters; others have none. */
  private static final List<ObjectFlag> LEAVING_OUT =
      Arrays.stream(ObjectFlag.values()).filter(ObjectFlag::leavesOut).toList();

  /** Counters of combined objects and of those out of support, then one for each flag. */
  static final int LENGTH = 2 + LEAVING_OUT.size();

  /** Writes the counters of an object from {@code at} on. */
  static void fill(boolean combined, Set<ObjectFlag> flags, double[] contribution, int at) {
    contribution[at] = combined ? 1 : 0;
    contribution[at + 1] = flags.contains(ObjectFlag.OUT_OF_SUPPORT) ? 1 : 0;
    for (ObjectFlag flag : flags) {
      int counter = LEAVING_OUT.indexOf(flag);
      if (counter >= 0) {
        contribution[at + 2 + counter] = combined ? 0 : 1;
      }
    }
  }

  /** Reads the counters from a sum of contributions. */
  static Participation of(double[] sum, int at) {
    SortedMap<ObjectFlag, Long> leftOut = new TreeMap<>();
    for (int i = 0; i < LEAVING_OUT.size(); i++) {
      long count = Math.round(sum[at + 2 + i]);
      if (count > 0) {
        leftOut.put(LEAVING_OUT.get(i), count);
      }
    }
    return new Participation(Math.round(sum[at]), Math.round(sum[at + 1]), leftOut);
  }

  /**
   * Whether too many of the objects are left out because the model does not fit them, beyond those
   * for which it was not trained.
   *
   * @param objects number of all objects, combined or not
   */
  boolean isMisfit(long objects) {
    long misfits = leftOut.getOrDefault(ObjectFlag.MODEL_MISFIT, 0L) - outOfSupport;
    return misfits > LARGEST_MISFIT_SHARE * objects;
  }
}
