package org.sidereus.streams.topology;

import org.sidereus.engine.combination.GroupState;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The sum of the contributions of one group at one partition of the observations.
 *
 * @param state number of objects and sum of their contributions
 * @param latestMs latest time of all observations that contributed since the sum was empty; {@link
 *     EventTime#UNKNOWN}: none has a time
 */
record PartialSum(GroupState state, long latestMs) {

  static PartialSum empty(int length) {
    return new PartialSum(GroupState.empty(length), EventTime.UNKNOWN);
  }

  PartialSum plus(double[] contribution, long timeMs) {
    return new PartialSum(state.plus(contribution), Math.max(latestMs, timeMs));
  }

  /** Without an object; the sum of none is exactly zero, and has no time. */
  PartialSum minus(double[] contribution) {
    GroupState less = state.minus(contribution);
    return less.objects() == 0 ? empty(contribution.length) : new PartialSum(less, latestMs);
  }

  boolean isEmpty() {
    return state.objects() == 0;
  }

  PartialSum merge(PartialSum other) {
    return new PartialSum(state.merge(other.state), Math.max(latestMs, other.latestMs));
  }

  BinaryWriter write(BinaryWriter out) {
    return out.putLong(state.objects())
        .putSparseDoubles(state.high())
        .putSparseDoubles(state.low())
        .putLong(latestMs);
  }

  static PartialSum read(BinaryReader in) {
    GroupState state = GroupState.of(in.getLong(), in.getSparseDoubles(), in.getSparseDoubles());
    return new PartialSum(state, in.getLong());
  }
}
