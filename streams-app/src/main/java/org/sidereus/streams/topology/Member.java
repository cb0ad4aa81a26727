package org.sidereus.streams.topology;

import java.util.Arrays;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * The present contribution of an object to its group.
 *
 * @param window the window that holds the time; the contribution is part of it only if the window
 *     was open
 * @param inWindow whether the contribution went into the window
 */
record Member(
    int revision, long timeMs, TimeWindow window, boolean inWindow, double[] contribution) {

  /** Whether a repeated observation of the same revision changes nothing. */
  boolean hasSame(long otherTimeMs, double[] otherContribution) {
    return timeMs == otherTimeMs && Arrays.equals(contribution, otherContribution);
  }

  byte[] toBytes() {
    return StateFormat.begin()
        .putInt(revision)
        .putLong(timeMs)
        .putLong(window.startMs())
        .putLong(window.endMs())
        .putBoolean(inWindow)
        .putDoubles(contribution)
        .toBytes();
  }

  static Member of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "a member of a group");
    return new Member(
        in.getInt(),
        in.getLong(),
        new TimeWindow(in.getLong(), in.getLong()),
        in.getBoolean(),
        in.getDoubles());
  }
}
