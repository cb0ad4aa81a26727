package org.sidereus.streams.topology;

import org.sidereus.engine.combination.GroupState;

/** A {@link PartialSum} while the objects of a batch change it. For one thread. */
final class RunningSum {
  private GroupState.Accumulator sum;
  private long latestMs;

  RunningSum(PartialSum start) {
    sum = new GroupState.Accumulator(start.state());
    latestMs = start.latestMs();
  }

  void plus(double[] contribution, long timeMs) {
    sum.plus(contribution);
    latestMs = Math.max(latestMs, timeMs);
  }

  /** Takes away an object; the sum of none is exactly zero, and has no time. */
  void minus(double[] contribution) {
    sum.minus(contribution);
    if (sum.objects() == 0) {
      PartialSum empty = PartialSum.empty(contribution.length);
      sum = new GroupState.Accumulator(empty.state());
      latestMs = empty.latestMs();
    }
  }

  PartialSum sum() {
    return new PartialSum(sum.state(), latestMs);
  }
}
