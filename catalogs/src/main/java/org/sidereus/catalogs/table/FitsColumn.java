package org.sidereus.catalogs.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A column of a FITS binary table (FITS standard 4.0, section 7.3): where its values lie in a row,
 * and what they mean. Integers that are scaled by integers are exact.
 */
final class FitsColumn {
  /** Where the values of a column of variable length lie: in the heap. */
  record Descriptor(long elements, long offset) {}

  private static final Pattern FORM = Pattern.compile("(\\d{0,18})([LXBIJKAEDCMPQ])(.*)");
  private static final Pattern HEAP_FORM =
      Pattern.compile("([LXBIJKAEDCM])(?:\\((\\d{1,9})\\))?.*");
  private static final BigInteger TWO_63 = BigInteger.ONE.shiftLeft(63);

  private final String name;
  private final char type;
  private final char descriptor;
  private final long count;
  private final long listed;
  private final int textWidth;
  private final @Nullable Long absent;
  private final BigDecimal scale;
  private final BigDecimal zero;
  private final boolean isScaled;
  private final boolean isExact;
  private final boolean isUnsignedLong;
  private final CharsetDecoder decoder;
  private final Column described;

  /**
   * Reads the description of a column.
   *
   * @param number of the column, from 1
   * @throws SidereusException if it contradicts itself
   */
  FitsColumn(FitsHeader header, int number, Charset encoding) {
    name = header.text("TTYPE" + number, "column" + number);
    String form = header.text("TFORM" + number, "");
    Matcher matcher = FORM.matcher(form);
    if (!matcher.matches()) {
      throw header.wrong(
          "TFORM%d is '%s', which is no format".formatted(number, TableInput.printable(form)));
    }
    char letter = matcher.group(2).charAt(0);
    long repeat = matcher.group(1).isEmpty() ? 1 : Long.parseLong(matcher.group(1));
    String rest = matcher.group(3).strip();
    if (letter == 'P' || letter == 'Q') {
      Matcher inHeap = HEAP_FORM.matcher(rest);
      if (!inHeap.matches() || repeat > 1) {
        throw header.wrong(
            "TFORM%d is '%s', which is no format".formatted(number, TableInput.printable(form)));
      }
      descriptor = letter;
      type = inHeap.group(1).charAt(0);
      listed = inHeap.group(2) == null ? 1 : Long.parseLong(inHeap.group(2));
      textWidth = 0;
    } else {
      descriptor = ' ';
      type = letter;
      textWidth = type == 'A' ? textWidth(header.text("TDIM" + number, ""), rest, repeat) : 0;
      listed =
          type == 'A'
              ? (textWidth == 0 ? 1 : repeat / textWidth)
              : isComplex() ? 2 * repeat : repeat;
    }
    count = repeat;
    String nullKey = "TNULL" + number;
    boolean integers = "BIJK".indexOf(type) >= 0;
    absent = integers && header.has(nullKey) ? (Long) header.integer(nullKey, null) : null;
    boolean numbers = integers || "ED".indexOf(type) >= 0;
    scale = numbers ? header.number("TSCAL" + number, BigDecimal.ONE) : BigDecimal.ONE;
    zero = numbers ? header.number("TZERO" + number, BigDecimal.ZERO) : BigDecimal.ZERO;
    if (scale.signum() == 0) {
      throw header.wrong("TSCAL%d is 0, so that all values are the same".formatted(number));
    }
    isScaled = scale.compareTo(BigDecimal.ONE) != 0 || zero.signum() != 0;
    isExact = integers && isInteger(scale) && isInteger(zero);
    isUnsignedLong =
        type == 'K'
            && scale.compareTo(BigDecimal.ONE) == 0
            && zero.compareTo(new BigDecimal(TWO_63)) == 0;
    decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    described =
        new Column(
            name,
            columnType(),
            header.timeUnit(number, name),
            header.text("TUCD" + number),
            header.text("TCOMM" + number),
            header.times(number, name));
  }

  private static boolean isInteger(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  /** Characters of one of several texts in a cell; 0: the cell is one text. */
  private static int textWidth(String dimensions, String rest, long repeat) {
    Matcher sizes = Pattern.compile("\\(\\s*(\\d{1,9})\\s*,.*").matcher(dimensions);
    Matcher substring = Pattern.compile("(\\d{1,9}).*").matcher(rest);
    long width =
        sizes.matches()
            ? Long.parseLong(sizes.group(1))
            : substring.matches() ? Long.parseLong(substring.group(1)) : 0;
    return width > 0 && width < repeat && repeat % width == 0 ? (int) width : 0;
  }

  private Column.Type columnType() {
    return switch (type) {
      case 'L' -> Column.Type.TRUTH;
      case 'X' -> Column.Type.BITS;
      case 'A' -> Column.Type.TEXT;
      case 'B', 'I', 'J', 'K' -> isScaled && !isExact ? Column.Type.FLOATING : Column.Type.INTEGER;
      default -> Column.Type.FLOATING;
    };
  }

  private boolean isComplex() {
    return type == 'C' || type == 'M';
  }

  /** The column without the index of an element. */
  Column described() {
    return described;
  }

  String name() {
    return name;
  }

  /** Whether the column has elements, as an array. */
  boolean isArray() {
    if (type == 'A') {
      return textWidth > 0;
    }
    return isVariable() || listed != 1;
  }

  boolean isBits() {
    return type == 'X';
  }

  boolean isVariable() {
    return descriptor != ' ';
  }

  /** Number of elements, of a variable array the largest that is declared. */
  long elements() {
    return listed;
  }

  /** Bytes in a row. */
  long width() {
    return switch (descriptor) {
      case 'P' -> 8;
      case 'Q' -> 16;
      default -> type == 'X' ? (count + 7) / 8 : Math.multiplyExact(count, (long) size());
    };
  }

  /** Bytes of an element; of bits, 0. */
  int size() {
    return switch (type) {
      case 'L', 'B', 'A' -> 1;
      case 'I' -> 2;
      case 'J', 'E' -> 4;
      case 'K', 'D', 'C' -> 8;
      case 'M' -> 16;
      default -> 0;
    };
  }

  /** Bytes of a part that {@link #element} reads. */
  int partSize() {
    return isComplex() ? size() / 2 : size();
  }

  /** The descriptor of a cell of variable length. */
  Descriptor descriptor(ByteBuffer row, int offset) {
    return descriptor == 'P'
        ? new Descriptor(row.getInt(offset), row.getInt(offset + 4))
        : new Descriptor(row.getLong(offset), row.getLong(offset + 8));
  }

  /**
   * Offset of an element of a fixed array in its cell.
   *
   * @return negative if there is none
   */
  long elementOffset(long element) {
    if (element < 0 || element >= listed) {
      return -1;
    }
    return type == 'A' ? element * textWidth : type == 'X' ? 0 : element * partSize();
  }

  /**
   * An element.
   *
   * @param offset of its first byte; for bits, of the first byte of all
   * @param element number of the bit; nothing for other types
   * @throws IllegalArgumentException if it cannot be read; the message says why
   */
  Cell element(ByteBuffer bytes, int offset, long element) {
    return switch (type) {
      case 'L' -> truth(bytes.get(offset));
      case 'X' -> new Cell.Truth(bit(bytes, offset, element));
      case 'A' -> text(bytes, offset, textWidth == 0 ? (int) count : textWidth);
      case 'B' -> integer(bytes.get(offset) & 0xff);
      case 'I' -> integer(bytes.getShort(offset));
      case 'J' -> integer(bytes.getInt(offset));
      case 'K' -> integer(bytes.getLong(offset));
      case 'E', 'C' -> single(bytes.getFloat(offset));
      default -> floating(bytes.getDouble(offset));
    };
  }

  /** All bits of an array. */
  static Cell bits(ByteBuffer bytes, int offset, int length) {
    BitSet set = new BitSet(length);
    for (int i = 0; i < length; i++) {
      if (bit(bytes, offset, i)) {
        set.set(i);
      }
    }
    return new Cell.Bits(set, length);
  }

  /** All bits of a cell. */
  Cell bits(ByteBuffer row, int offset) {
    return bits(row, offset, (int) count);
  }

  private static boolean bit(ByteBuffer bytes, int offset, long bit) {
    return (bytes.get((int) (offset + bit / 8)) & 0x80 >> (bit % 8)) != 0;
  }

  private static Cell truth(byte value) {
    return value == 'T'
        ? new Cell.Truth(true)
        : value == 'F' ? new Cell.Truth(false) : Cell.MISSING;
  }

  /** A text of some bytes; a zero byte ends it. */
  Cell text(ByteBuffer bytes, int offset, int width) {
    int length = 0;
    boolean ascii = true;
    while (length < width && bytes.get(offset + length) != 0) {
      ascii &= bytes.get(offset + length) >= 0;
      length++;
    }
    ByteBuffer text = bytes.duplicate().position(offset).limit(offset + length);
    if (ascii && bytes.hasArray() && decoder.charset().equals(StandardCharsets.UTF_8)) {
      return Cell.Text.of(
          new String(
              bytes.array(), bytes.arrayOffset() + offset, length, StandardCharsets.US_ASCII));
    }
    try {
      CharBuffer decoded = decoder.decode(text);
      return Cell.Text.of(decoded.toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the text is not in %s; name its encoding by --encoding or in source.encoding of the mapping, such as ISO-8859-1"
              .formatted(decoder.charset().name()),
          e);
    }
  }

  private Cell integer(long raw) {
    if (absent != null && raw == absent) {
      return Cell.MISSING;
    }
    if (!isScaled) {
      return Cell.Whole.of(raw);
    }
    if (isUnsignedLong) {
      return Cell.Whole.ofUnsigned(raw ^ Long.MIN_VALUE);
    }
    if (!isExact) {
      return Cell.Floating.of(raw * scale.doubleValue() + zero.doubleValue());
    }
    BigInteger value =
        BigInteger.valueOf(raw).multiply(scale.toBigInteger()).add(zero.toBigInteger());
    Cell.Whole whole = Cell.Whole.of(value);
    if (whole == null) {
      throw new IllegalArgumentException("the scaled integer has more than 64 bits");
    }
    return whole;
  }

  private Cell single(float value) {
    return isScaled ? floating(value) : Cell.Floating.of(value);
  }

  private Cell floating(double value) {
    return Cell.Floating.of(isScaled ? value * scale.doubleValue() + zero.doubleValue() : value);
  }
}
