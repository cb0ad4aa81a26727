package org.sidereus.streams.topology;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;

/**
 * Key of a sum in a store: a group for all time, or in one window. In the order of the bytes, all
 * time comes first, then the windows by survey and end, so the closed windows of a survey are one
 * range.
 *
 * @param window empty: all time
 */
record SumKey(GroupKey group, Optional<TimeWindow> window) {
  private static final int ALL_TIME = 0;
  private static final int WINDOW = 1;

  static SumKey allTime(GroupKey group) {
    return new SumKey(group, Optional.empty());
  }

  static SumKey in(TimeWindow window, GroupKey group) {
    return new SumKey(group, Optional.of(window));
  }

  Bytes toBytes() {
    BinaryWriter out = new BinaryWriter();
    window.ifPresentOrElse(
        w ->
            out.putByte(WINDOW)
                .putString(w.survey())
                .putSortableLong(w.endMs())
                .putSortableLong(w.startMs()),
        () -> out.putByte(ALL_TIME));
    return Bytes.wrap(group.write(out).toBytes());
  }

  static SumKey of(Bytes bytes) {
    BinaryReader in = new BinaryReader(bytes.get());
    Optional<TimeWindow> window = Optional.empty();
    if (in.getByte() == WINDOW) {
      String survey = in.getString();
      long endMs = in.getSortableLong();
      window = Optional.of(new TimeWindow(survey, in.getSortableLong(), endMs));
    }
    return new SumKey(GroupKey.read(in), window);
  }

  /** First key of all. */
  static Bytes first() {
    return Bytes.wrap(new byte[] {ALL_TIME});
  }

  /** First key of a window of any survey. */
  static Bytes firstWindow() {
    return Bytes.wrap(new byte[] {WINDOW});
  }

  /** A key after all others. */
  static Bytes afterAll() {
    return Bytes.wrap(new byte[] {WINDOW + 1});
  }

  /** First key of a window of a survey. */
  static Bytes firstWindowOf(String survey) {
    return Bytes.wrap(windowsOf(survey).toBytes());
  }

  /**
   * A key after all windows of a survey that end at or before a time, and before its others.
   *
   * @param timeMs less than 2<sup>63</sup> - 1
   */
  static Bytes afterWindowsEndingBy(String survey, long timeMs) {
    return Bytes.wrap(windowsOf(survey).putSortableLong(timeMs + 1).toBytes());
  }

  /** The first key that can come after a key. */
  static Bytes after(Bytes key) {
    byte[] bytes = key.get();
    return Bytes.wrap(Arrays.copyOf(bytes, bytes.length + 1));
  }

  private static BinaryWriter windowsOf(String survey) {
    return new BinaryWriter().putByte(WINDOW).putString(survey);
  }
}
