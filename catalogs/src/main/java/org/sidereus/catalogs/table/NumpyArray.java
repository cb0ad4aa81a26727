package org.sidereus.catalogs.table;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An array in a file of NumPy (format 1 to 3): one column, or the columns of a structured array. It
 * is read from its first row to its last.
 */
final class NumpyArray {
  private static final int LONGEST_HEADER = 1 << 20;
  private static final int LONGEST_ITEM = 16 << 20;
  private static final Pattern TYPE =
      Pattern.compile("([<>|=]?)([?biufSUaMmOcV])(\\d{0,8})(?:\\[(\\d{0,6})(\\w+)])?");

  private final InputStream in;
  private final List<Field> fields = new ArrayList<>();
  private final boolean isStructured;
  private final int itemBytes;
  private final long rows;

  /** One value in an item. */
  private record Field(
      String name, char type, int size, int offset, boolean little, long step, String stepUnit) {}

  /**
   * Reads the header.
   *
   * @param name name of the column of an array that is not structured
   * @throws IllegalArgumentException if it is no array of a table; the message says why
   */
  NumpyArray(String name, InputStream in) throws IOException {
    this.in = in;
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !TableInput.begins(start, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      throw new IllegalArgumentException("it is no array of NumPy");
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    byte[] length = in.readNBytes(lengthBytes);
    if (length.length < lengthBytes) {
      throw new EOFException();
    }
    ByteBuffer size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
    long headerBytes =
        lengthBytes == 2
            ? Short.toUnsignedLong(size.getShort())
            : Integer.toUnsignedLong(size.getInt());
    if (headerBytes > LONGEST_HEADER) {
      throw new IllegalArgumentException(
          "its header has %d bytes, which are too many".formatted(headerBytes));
    }
    byte[] header = in.readNBytes((int) headerBytes);
    if (header.length < headerBytes) {
      throw new EOFException();
    }
    Object literal =
        PythonLiteral.read(
            new String(
                header, start[6] >= 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    if (!(literal instanceof Map<?, ?> members)
        || !(members.get("shape") instanceof List<?> shape)
        || members.get("descr") == null) {
      throw new IllegalArgumentException("its header does not describe an array");
    }
    Object descr = members.get("descr");
    isStructured = descr instanceof List<?>;
    if (shape.size() > 2 || shape.isEmpty() || (isStructured && shape.size() != 1)) {
      throw new IllegalArgumentException(
          "it has %d dimensions; a column has one".formatted(shape.size()));
    }
    if (Boolean.TRUE.equals(members.get("fortran_order")) && shape.size() == 2) {
      throw new IllegalArgumentException("its order is that of Fortran; write it in that of C");
    }
    rows = dimension(shape.get(0));
    int offset = 0;
    if (descr instanceof List<?> list) {
      for (Object one : list) {
        offset = addField(one, offset);
      }
    } else {
      long repeats = shape.size() == 2 ? dimension(shape.get(1)) : 1;
      offset = add(name, String.valueOf(descr), repeats, shape.size() == 2, 0);
    }
    itemBytes = offset;
    if (itemBytes < 1) {
      throw new IllegalArgumentException("its items have no bytes");
    }
  }

  private static long dimension(Object value) {
    if (value instanceof Long length && length >= 0) {
      return length;
    }
    throw new IllegalArgumentException("its shape has the length " + value);
  }

  private int addField(Object field, int offset) {
    if (!(field instanceof List<?> parts) || parts.size() < 2) {
      throw new IllegalArgumentException("its header has a field without a type");
    }
    Object called = parts.get(0);
    String name =
        called instanceof List<?> titled ? String.valueOf(titled.get(1)) : String.valueOf(called);
    if (!(parts.get(1) instanceof String type)) {
      throw new IllegalArgumentException(
          "the field %s has fields of its own; write it as a plain table".formatted(name));
    }
    long repeats = 1;
    boolean array = parts.size() > 2;
    if (array) {
      List<?> shape = parts.get(2) instanceof List<?> several ? several : List.of(parts.get(2));
      for (Object one : shape) {
        repeats = Math.multiplyExact(repeats, dimension(one));
      }
    }
    return add(name, type, repeats, array, offset);
  }

  private int add(String name, String type, long repeats, boolean array, int offset) {
    Matcher matcher = TYPE.matcher(type);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the type '%s' of %s is not read".formatted(TableInput.printable(type), name));
    }
    char kind = matcher.group(2).charAt(0);
    int number = matcher.group(3).isEmpty() ? 0 : Integer.parseInt(matcher.group(3));
    int size = kind == 'U' ? Math.multiplyExact(4, number) : kind == '?' ? 1 : number;
    if (kind == 'O') {
      throw new IllegalArgumentException(
          "%s holds objects of Python, which are pickled; write texts as a type such as U20"
              .formatted(name));
    }
    boolean known =
        switch (kind) {
          case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'f' -> size == 2 || size == 4 || size == 8;
          case 'M' -> size == 8;
          case 'S', 'a', 'U', '?', 'V' -> true;
          case 'b' -> size == 1;
          default -> false;
        };
    if (!known) {
      throw new IllegalArgumentException(
          "the type '%s' of %s is not read".formatted(TableInput.printable(type), name));
    }
    long end = offset + Math.multiplyExact(repeats, (long) size);
    if (end > LONGEST_ITEM) {
      throw new IllegalArgumentException(
          "its items have more than %d bytes".formatted(LONGEST_ITEM));
    }
    boolean little = !matcher.group(1).equals(">");
    String step = matcher.group(4);
    String unit = matcher.group(5);
    long multiple = step == null || step.isEmpty() ? 1 : Long.parseLong(step);
    for (long i = 0; i < repeats && kind != 'V'; i++) {
      fields.add(
          new Field(
              array ? name + "[" + i + "]" : name,
              kind,
              size,
              (int) (offset + i * size),
              little,
              multiple,
              unit == null ? "" : unit));
    }
    return (int) end;
  }

  /** Whether it has named columns. */
  boolean isStructured() {
    return isStructured;
  }

  /** Number of rows. */
  long rows() {
    return rows;
  }

  /** Bytes of a row. */
  int itemBytes() {
    return itemBytes;
  }

  /** The columns. */
  List<Column> columns() {
    return fields.stream()
        .map(field -> new Column(field.name(), type(field.type()), null, null, null))
        .toList();
  }

  private static Column.Type type(char type) {
    return switch (type) {
      case '?', 'b' -> Column.Type.TRUTH;
      case 'i', 'u' -> Column.Type.INTEGER;
      case 'f' -> Column.Type.FLOATING;
      case 'M' -> Column.Type.TIME;
      default -> Column.Type.TEXT;
    };
  }

  /** The next rows, as many as are asked. */
  List<ColumnarTable.Values> next(int number) throws IOException {
    byte[] bytes = in.readNBytes(Math.multiplyExact(number, itemBytes));
    if (bytes.length < number * itemBytes) {
      throw new EOFException();
    }
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = ByteBuffer.wrap(bytes);
    List<ColumnarTable.Values> values = new ArrayList<>();
    for (Field field : fields) {
      ByteBuffer ordered = field.little() ? little : big;
      values.add(row -> cell(ordered, row * itemBytes + field.offset(), field));
    }
    return values;
  }

  private static Cell cell(ByteBuffer bytes, int at, Field field) {
    return switch (field.type()) {
      case '?', 'b' -> new Cell.Truth(bytes.get(at) != 0);
      case 'i' ->
          Cell.Whole.of(
              switch (field.size()) {
                case 1 -> bytes.get(at);
                case 2 -> bytes.getShort(at);
                case 4 -> bytes.getInt(at);
                default -> bytes.getLong(at);
              });
      case 'u' ->
          switch (field.size()) {
            case 1 -> Cell.Whole.of(bytes.get(at) & 0xff);
            case 2 -> Cell.Whole.of(bytes.getShort(at) & 0xffff);
            case 4 -> Cell.Whole.of(Integer.toUnsignedLong(bytes.getInt(at)));
            default -> Cell.Whole.ofUnsigned(bytes.getLong(at));
          };
      case 'f' ->
          switch (field.size()) {
            case 2 -> Cell.Floating.of(half(bytes.getShort(at)));
            case 4 -> Cell.Floating.of(bytes.getFloat(at));
            default -> Cell.Floating.of(bytes.getDouble(at));
          };
      case 'M' -> time(bytes.getLong(at), field);
      case 'U' -> wide(bytes, at, field.size() / 4);
      default -> narrow(bytes, at, field.size());
    };
  }

  /** A number of half precision (IEEE 754 binary16). */
  static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        exponent == 0
            ? fraction * 0x1p-24f
            : exponent == 31
                ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                : (fraction + 1024) * (float) Math.pow(2, exponent - 25);
    return bits < 0 ? -size : size;
  }

  private static Cell time(long count, Field field) {
    if (count == Long.MIN_VALUE) {
      return Cell.MISSING;
    }
    Instant instant = instant(Math.multiplyExact(count, field.step()), field.stepUnit());
    if (instant == null) {
      throw new IllegalArgumentException(
          "the unit '%s' of times is not read".formatted(TableInput.printable(field.stepUnit())));
    }
    return new Cell.Time(instant);
  }

  /** The time at a number of units since 1970; null: the unit is not known. */
  static @Nullable Instant instant(long count, String unit) {
    return switch (unit) {
      case "W" -> Instant.ofEpochSecond(Math.multiplyExact(count, 604_800L));
      case "D" -> Instant.ofEpochSecond(Math.multiplyExact(count, 86_400L));
      case "h" -> Instant.ofEpochSecond(Math.multiplyExact(count, 3600L));
      case "m" -> Instant.ofEpochSecond(Math.multiplyExact(count, 60L));
      case "s" -> Instant.ofEpochSecond(count);
      case "ms" -> Instant.ofEpochMilli(count);
      case "us" ->
          Instant.ofEpochSecond(
              Math.floorDiv(count, 1_000_000L), Math.floorMod(count, 1_000_000L) * 1000);
      case "ns" ->
          Instant.ofEpochSecond(
              Math.floorDiv(count, 1_000_000_000L), Math.floorMod(count, 1_000_000_000L));
      default -> null;
    };
  }

  private static Cell wide(ByteBuffer bytes, int at, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int point = bytes.getInt(at + 4 * i);
      if (point == 0) {
        break;
      }
      if (!Character.isValidCodePoint(point)) {
        throw new IllegalArgumentException("the text has a character that does not exist");
      }
      text.appendCodePoint(point);
    }
    return Cell.Text.of(text.toString());
  }

  private static Cell narrow(ByteBuffer bytes, int at, int length) {
    int end = 0;
    while (end < length && bytes.get(at + end) != 0) {
      end++;
    }
    return StrictText.utf8(bytes, at, end);
  }
}
