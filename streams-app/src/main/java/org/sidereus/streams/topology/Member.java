package org.sidereus.streams.topology;

import java.util.Arrays;
import java.util.Optional;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The present contribution of an object to its group; of an object without a group, what is known
 * of it.
 *
 * @param timeMs event time, or {@link EventTime#UNKNOWN}
 * @param window the window that holds the time, empty without a time; the contribution is part of
 *     it only if the window was open
 * @param inWindow whether the contribution went into the window
 * @param contribution what the object contributes; empty: it has no group
 */
record Member(
    int revision,
    long timeMs,
    Optional<TimeWindow> window,
    boolean inWindow,
    double[] contribution) {

  /** Whether a repeated observation of the same revision changes nothing. */
  boolean hasSame(long otherTimeMs, double[] otherContribution) {
    return timeMs == otherTimeMs && Arrays.equals(contribution, otherContribution);
  }

  /** The same object without a group. */
  Member withoutGroup() {
    return new Member(revision, timeMs, window, false, new double[0]);
  }

  BinaryWriter write(BinaryWriter out) {
    out.putInt(revision).putLong(timeMs).putBoolean(window.isPresent());
    window.ifPresent(one -> one.write(out));
    return out.putBoolean(inWindow).putSparseDoubles(contribution);
  }

  static Member read(BinaryReader in) {
    return new Member(
        in.getInt(),
        in.getLong(),
        in.getBoolean() ? Optional.of(TimeWindow.read(in)) : Optional.empty(),
        in.getBoolean(),
        in.getSparseDoubles());
  }

  @Override
  public String toString() {
    return revision
        + " "
        + timeMs
        + " "
        + window
        + " "
        + inWindow
        + " "
        + Arrays.toString(contribution);
  }
}
