package org.sidereus.streams.state;

/**
 * The format of everything that outlives a process: the values of all stores, hence of their
 * changelogs, and the messages of the repartition topic. Each of these begins with one byte that
 * says its format.
 *
 * <p>Keys carry no number of their own: a store is ordered by the bytes of its keys, and the layout
 * of a key belongs to the format of the values beside it. So the number is to be raised when the
 * layout of any key or value changes, and samples of the new format are to be stored beside the
 * tests.
 *
 * <p>The numbers are written as {@value #BASE} and more. Release 0.1.0 wrote no number, and its
 * values begin with 0, 1, 2, 128 or 255 instead (a boolean, the kind of a message, the first byte
 * of a count or of a time), apart from members with a revision beyond 2<sup>28</sup>.
 */
public final class StateFormat {
  /** The format that this release writes, and the only one that it reads. */
  public static final int CURRENT = 3;

  /** Format n begins with the byte {@value} + n. */
  private static final int BASE = 0x10;

  private static final int MOST = 63;

  private StateFormat() {}

  /** A writer of a value of the current format, after its first byte. */
  public static BinaryWriter begin() {
    return new BinaryWriter().putByte(BASE + CURRENT);
  }

  /**
   * A reader of a value, after its first byte.
   *
   * @param value bytes of a store or of a message
   * @param what what the value is, for the message: "a member of a group"
   * @throws StateFormatException if the value is not of the current format
   */
  public static BinaryReader open(byte[] value, String what) {
    BinaryReader in = new BinaryReader(value);
    int number = in.hasMore() ? in.getByte() - BASE : 0;
    if (number != CURRENT) {
      throw StateFormatException.unreadable(
          number >= 1 && number <= MOST
              ? what + " is of state format " + number
              : what + " has no format number, as release 0.1.0 wrote it");
    }
    return in;
  }
}
