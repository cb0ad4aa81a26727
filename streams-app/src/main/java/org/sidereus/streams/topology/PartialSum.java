package org.sidereus.streams.topology;

import org.sidereus.engine.combination.GroupState;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The sum of the contributions of one group at one partition of the observations.
 *
 * @param state number of objects and sum of their contributions
 * @param latestMs latest time of all observations that ever contributed
 */
record PartialSum(GroupState state, long latestMs) {

  static PartialSum empty(int length) {
    return new PartialSum(GroupState.empty(length), Long.MIN_VALUE);
  }

  PartialSum plus(double[] contribution, long timeMs) {
    return new PartialSum(state.plus(contribution), Math.max(latestMs, timeMs));
  }

  PartialSum minus(double[] contribution) {
    return new PartialSum(state.minus(contribution), latestMs);
  }

  PartialSum merge(PartialSum other) {
    return new PartialSum(state.merge(other.state), Math.max(latestMs, other.latestMs));
  }

  BinaryWriter write(BinaryWriter out) {
    return out.putLong(state.objects())
        .putDoubles(state.high())
        .putDoubles(state.low())
        .putLong(latestMs);
  }

  static PartialSum read(BinaryReader in) {
    GroupState state = GroupState.of(in.getLong(), in.getDoubles(), in.getDoubles());
    return new PartialSum(state, in.getLong());
  }
}
