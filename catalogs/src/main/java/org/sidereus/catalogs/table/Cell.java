package org.sidereus.catalogs.table;

import java.math.BigInteger;
import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The value of a cell with the type that the table gives it. An integer is an integer to its last
 * digit; only what the table holds as a floating-point number is one. The cells of text formats
 * such as CSV are {@link Text} or {@link Missing}, because such a table states no types.
 */
public sealed interface Cell {
  /** Nothing: an empty cell, the null value of the format, or the NaN of a binary table. */
  Missing MISSING = new Missing();

  /**
   * The value as a text without surrounding blanks: empty where it is missing, all digits of an
   * integer, as few digits as identify a floating-point number, {@code 1} or {@code 0} for a truth
   * value, ISO 8601 in UTC for a time, the integer of its bits for a bit array.
   */
  String text();

  /** No value. */
  record Missing() implements Cell {
    @Override
    public String text() {
      return "";
    }
  }

  /**
   * An integer of 64 bits, signed or unsigned.
   *
   * @param bits its 64 bits; the integer itself where it is at most {@link Long#MAX_VALUE}
   * @param beyondLong whether the integer is 2^63 or more, so that {@code bits} are to be read as
   *     unsigned
   */
  record Whole(long bits, boolean beyondLong) implements Cell {
    public Whole {
      if (beyondLong && bits >= 0) {
        throw new IllegalArgumentException("beyondLong needs the highest bit but bits are " + bits);
      }
    }

    /** A signed integer. */
    public static Whole of(long value) {
      return new Whole(value, false);
    }

    /** An unsigned integer. */
    public static Whole ofUnsigned(long bits) {
      return new Whole(bits, bits < 0);
    }

    /**
     * An integer of any size.
     *
     * @return null if it has more than 64 bits
     */
    public static @Nullable Whole of(BigInteger value) {
      if (value.bitLength() <= 63) {
        return of(value.longValue());
      }
      return value.signum() > 0 && value.bitLength() == 64 ? ofUnsigned(value.longValue()) : null;
    }

    /** The nearest floating-point number. */
    public double number() {
      return beyondLong ? ((bits >>> 1) | (bits & 1)) * 2.0 : bits;
    }

    @Override
    public String text() {
      return beyondLong ? Long.toUnsignedString(bits) : Long.toString(bits);
    }
  }

  /** A truth value. */
  record Truth(boolean value) implements Cell {
    @Override
    public String text() {
      return value ? "1" : "0";
    }
  }

  /**
   * A text.
   *
   * @param value without surrounding blanks, not empty
   */
  record Text(String value) implements Cell {
    public Text {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("a text that is empty is missing");
      }
    }

    /** A text without blanks and zero bytes that pad it, or {@link #MISSING} where it is blank. */
    public static Cell of(String text) {
      int end = text.length();
      while (end > 0 && (text.charAt(end - 1) == 0 || text.charAt(end - 1) == ' ')) {
        end--;
      }
      String stripped = Blanks.strip(text.substring(0, end));
      return stripped.isEmpty() ? MISSING : new Text(stripped);
    }

    @Override
    public String text() {
      return value;
    }
  }

  /**
   * A floating-point number; not NaN, which is missing, but perhaps infinite.
   *
   * @param value the number; one of single precision is widened
   * @param single whether the table holds it in single precision
   */
  record Floating(double value, boolean single) implements Cell {
    public Floating {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("NaN is missing");
      }
    }

    /** A number of double precision, or {@link #MISSING} for NaN. */
    public static Cell of(double value) {
      return Double.isNaN(value) ? MISSING : new Floating(value, false);
    }

    /** A number of single precision, or {@link #MISSING} for NaN. */
    public static Cell of(float value) {
      return Float.isNaN(value) ? MISSING : new Floating(value, true);
    }

    @Override
    public String text() {
      return single ? Float.toString((float) value) : Double.toString(value);
    }
  }

  /**
   * A time that the format itself marks as one, such as a timestamp of Parquet. A text or a number
   * in a column of times is a {@link Text} or a number.
   *
   * @param value in UTC, as far as the format knows
   */
  record Time(Instant value) implements Cell {
    @Override
    public String text() {
      return value.toString();
    }
  }

  /**
   * A bit array, as a FITS column of the format X.
   *
   * @param set bit i is set where element i (from 0, in the order of the table) is true
   * @param length number of bits
   */
  record Bits(BitSet set, int length) implements Cell {
    /** Most bits that an integer holds. */
    public static final int LONGEST_INTEGER = 64;

    /**
     * The bits as an integer: element i is the bit of value 2^i.
     *
     * @throws IllegalStateException if there are more than {@value #LONGEST_INTEGER} bits
     */
    public Whole integer() {
      if (set.length() > LONGEST_INTEGER) {
        throw new IllegalStateException(
            "bit %d is set, and an integer has %d".formatted(set.length() - 1, LONGEST_INTEGER));
      }
      return set.isEmpty() ? Whole.of(0) : Whole.ofUnsigned(set.toLongArray()[0]);
    }

    @Override
    public String text() {
      return set.length() <= LONGEST_INTEGER ? integer().text() : set.toString();
    }
  }
}
