package org.sidereus.catalogs.table;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A column of a row group of a Parquet file, read page by page in the order of the rows. */
final class ParquetColumn implements ColumnarTable.Values {
  private static final int LARGEST_HEADER = 1 << 20;
  private static final int MOST_IN_PAGE = 1 << 24;
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  /** What the values of a column mean. */
  enum Meaning {
    SIGNED,
    UNSIGNED,
    TEXT,
    DECIMAL,
    DATE,
    MILLISECONDS,
    MICROSECONDS,
    NANOSECONDS,
    /** Milliseconds, microseconds or nanoseconds since midnight. */
    MILLISECONDS_OF_DAY,
    MICROSECONDS_OF_DAY,
    NANOSECONDS_OF_DAY,
    /** A number of a unit that Parquet itself does not state. */
    DURATION,
    HALF
  }

  /**
   * The lists around the values of a column.
   *
   * @param depth how many lists are in each other; 0: the values are in none
   * @param definitions level of definition from which on there is an element, perhaps a missing one
   */
  record Lists(int depth, int definitions) {
    static final Lists NONE = new Lists(0, 0);
  }

  /**
   * What the schema says of a column.
   *
   * @param name its path
   * @param physical physical type
   * @param fixed bytes of a value of fixed length
   * @param definitions highest level of definition; a value of a lower one is missing
   * @param lists of which lists it is a part
   * @param scale of decimals
   */
  record Description(
      String name,
      int physical,
      int fixed,
      int definitions,
      Lists lists,
      Meaning meaning,
      int scale) {
    /** The same with values of a unit that Parquet does not state. */
    Description asDuration() {
      return new Description(name, physical, fixed, definitions, lists, Meaning.DURATION, scale);
    }

    Column column() {
      Column.Type type =
          switch (physical) {
            case ParquetValues.BOOLEAN -> Column.Type.TRUTH;
            case ParquetValues.FLOAT, ParquetValues.DOUBLE -> Column.Type.FLOATING;
            case ParquetValues.INT96 -> Column.Type.TIME;
            default ->
                switch (meaning) {
                  case DATE, MILLISECONDS, MICROSECONDS, NANOSECONDS -> Column.Type.TIME;
                  case HALF -> Column.Type.FLOATING;
                  case DECIMAL -> scale == 0 ? Column.Type.INTEGER : Column.Type.FLOATING;
                  case SIGNED, UNSIGNED ->
                      physical == ParquetValues.INT32 || physical == ParquetValues.INT64
                          ? Column.Type.INTEGER
                          : Column.Type.TEXT;
                  case TEXT,
                      MILLISECONDS_OF_DAY,
                      MICROSECONDS_OF_DAY,
                      NANOSECONDS_OF_DAY,
                      DURATION ->
                      Column.Type.TEXT;
                };
          };
      return new Column(name, type, null, null, null);
    }
  }

  private final Description description;
  private final FileChannel file;
  private final Unpacking.Codec codec;
  private final long end;
  private long position;
  private @Nullable ParquetValues dictionary;
  private int pageStart;
  private int pageRows;
  private ParquetValues values = new ParquetValues(new long[0], new int[0], ByteBuffer.allocate(0));
  private int[] places = new int[0];
  private int[] starts = {0}; // of the lists of a page's rows among its places

  /**
   * A column of a row group, whose {@link ParquetPacking#codec} is read.
   *
   * @param metadata of its chunk
   */
  ParquetColumn(Description description, FileChannel file, Thrift.Struct metadata)
      throws IOException {
    this.description = description;
    this.file = file;
    codec = Objects.requireNonNull(ParquetPacking.codec(metadata), "codec");
    long data = metadata.integer(9, null);
    long first = metadata.integer(11, data);
    position = first > 0 ? Math.min(first, data) : data;
    end = Math.addExact(position, metadata.integer(7, null));
    if (position < 4 || end < position || end > file.size()) {
      throw new IllegalArgumentException("a column lies outside of the file");
    }
  }

  @Override
  public Cell cell(int row) {
    if (description.lists().depth() > 0) {
      throw new IllegalArgumentException(
          "there are lists in lists, or lists that cannot be read; write a column for each"
              + " element");
    }
    load(row);
    return cellAt(places[row - pageStart]);
  }

  /** An element of the list of a row, from 0; missing behind its end. */
  Cell element(int row, int element) {
    load(row);
    int from = starts[row - pageStart];
    boolean isThere = element < starts[row - pageStart + 1] - from;
    return isThere ? cellAt(places[from + element]) : Cell.MISSING;
  }

  /** Elements of the longest list of the first page; 0 if it cannot be read. */
  int longestOfFirstPage() {
    try {
      load(0);
    } catch (IllegalArgumentException e) {
      return 0; // the column is refused where it is asked for
    }
    int longest = 0;
    for (int row = 0; row < pageRows; row++) {
      longest = Math.max(longest, starts[row + 1] - starts[row]);
    }
    return longest;
  }

  private Cell cellAt(int place) {
    return place < 0 ? Cell.MISSING : cellOf(place);
  }

  /** Reads pages up to that of a row. */
  private void load(int row) {
    if (row < pageStart) {
      throw new IllegalStateException("rows are read in their order");
    }
    try {
      while (row >= pageStart + pageRows) {
        readPage();
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("a page cannot be read (%s)".formatted(e.getMessage()), e);
    } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a page is damaged", e);
    }
  }

  private ByteBuffer read(long from, int length) throws IOException {
    if (from + length > end) {
      throw new EOFException("it ends too early");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("it ends too early");
      }
    }
    return bytes.flip();
  }

  private void readPage() throws IOException {
    if (position >= end) {
      throw new EOFException("it has fewer values than rows");
    }
    ByteBuffer head = read(position, (int) Math.min(LARGEST_HEADER, end - position));
    Thrift.Struct header = new Thrift(head).struct();
    position += head.position();
    long packed = header.integer(3, null);
    long unpacked = header.integer(2, null);
    if (packed < 0 || packed > end - position || packed > Unpacking.LARGEST) {
      throw new IllegalArgumentException("a page has %d bytes".formatted(packed));
    }
    ByteBuffer page = read(position, (int) packed);
    position += packed;
    switch ((int) header.integer(1, null)) {
      case 0 -> dataPage(header.struct(5), unpack(page, unpacked));
      case 2 -> dictionary = dictionaryPage(header.struct(7), unpack(page, unpacked));
      case 3 -> dataPage2(header.struct(8), page, unpacked);
      default -> {}
    }
  }

  private ByteBuffer unpack(ByteBuffer page, long unpacked) throws IOException {
    return Unpacking.unpack(page, codec, unpacked).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int count(Thrift.Struct header) {
    long count = header.integer(1, null);
    if (count < 0 || count > MOST_IN_PAGE) {
      throw new IllegalArgumentException(
          "a page has %d values; at most %d are read".formatted(count, MOST_IN_PAGE));
    }
    return (int) count;
  }

  private ParquetValues dictionaryPage(Thrift.Struct header, ByteBuffer page) {
    return ParquetValues.plain(page, description.physical(), description.fixed(), count(header));
  }

  private void dataPage(Thrift.Struct header, ByteBuffer page) {
    int count = count(header);
    int[] repetitions = levelsBehindLength(page, description.lists().depth(), count);
    int[] levels = levelsBehindLength(page, description.definitions(), count);
    take(repetitions, levels, count, (int) header.integer(2, null), page);
  }

  /** Levels that stand behind their length; null where there are none. */
  private static int @Nullable [] levelsBehindLength(ByteBuffer page, int highest, int count) {
    if (highest == 0) {
      return null;
    }
    int length = page.getInt();
    if (length < 0 || length > page.remaining()) {
      throw new IllegalArgumentException("a page is damaged");
    }
    ByteBuffer levels = page.slice(page.position(), length);
    page.position(page.position() + length);
    return levels(levels, count, highest);
  }

  private void dataPage2(Thrift.Struct header, ByteBuffer page, long unpacked) throws IOException {
    int count = count(header);
    long repetition = header.integer(6, 0L);
    long definition = header.integer(5, 0L);
    int depth = description.lists().depth();
    if (repetition < 0
        || (depth == 0 && repetition > 0)
        || definition < 0
        || repetition > page.remaining() - definition) {
      throw new IllegalArgumentException("a page is damaged");
    }
    int[] repetitions = depth > 0 ? levels(page.slice(0, (int) repetition), count, depth) : null;
    ByteBuffer defined = page.slice((int) repetition, (int) definition);
    int[] levels =
        description.definitions() > 0 ? levels(defined, count, description.definitions()) : null;
    page.position((int) (repetition + definition));
    boolean isPacked = !header.has(7) || header.truth(7);
    ByteBuffer data =
        isPacked && codec != Unpacking.Codec.NONE
            ? unpack(page, unpacked - repetition - definition)
            : page.slice().order(ByteOrder.LITTLE_ENDIAN);
    take(repetitions, levels, count, (int) header.integer(4, null), data);
  }

  private static int[] levels(ByteBuffer bytes, int count, int highest) {
    int width = 32 - Integer.numberOfLeadingZeros(highest);
    return ParquetValues.runs(bytes, width, count);
  }

  private void take(
      int @Nullable [] repetitions,
      int @Nullable [] levels,
      int count,
      int encoding,
      ByteBuffer page) {
    int[] found = new int[count];
    int present = 0;
    for (int i = 0; i < count; i++) {
      found[i] = levels == null || levels[i] == description.definitions() ? present++ : -1;
    }
    if (encoding == 2 || encoding == 8) {
      ParquetValues known = dictionary;
      if (known == null) {
        throw new IllegalArgumentException("a page refers to a dictionary that is not there");
      }
      int[] indices = present == 0 ? new int[0] : ParquetValues.runs(page, page.get(), present);
      for (int i = 0; i < count; i++) {
        if (found[i] >= 0) {
          found[i] = indices[found[i]];
          if (found[i] < 0 || found[i] >= known.size()) {
            throw new IllegalArgumentException("a page is damaged");
          }
        }
      }
      values = known;
    } else {
      values = decode(encoding, page, present);
      if (values.size() < present) {
        throw new IllegalArgumentException("a page has fewer values than it says");
      }
    }
    pageStart += pageRows;
    if (repetitions == null || levels == null) {
      pageRows = count;
      places = found;
    } else {
      takeLists(repetitions, levels, found);
    }
  }

  /** Puts the elements of each row together; a list that is missing or empty has none. */
  private void takeLists(int[] repetitions, int[] levels, int[] found) {
    int rows = 0;
    int elements = 0;
    int[] begins = new int[found.length + 1];
    for (int i = 0; i < found.length; i++) {
      if (repetitions[i] == 0) {
        begins[rows++] = elements;
      } else if (rows == 0) {
        throw new IllegalArgumentException(
            "a list goes on in another page, which is not read; write the file again");
      }
      if (levels[i] >= description.lists().definitions()) {
        found[elements++] = found[i];
      }
    }
    begins[rows] = elements;
    pageRows = rows;
    starts = begins;
    places = found;
  }

  private ParquetValues decode(int encoding, ByteBuffer page, int present) {
    int type = description.physical();
    return switch (encoding) {
      case 0 -> ParquetValues.plain(page, type, description.fixed(), present);
      case 3 -> ParquetValues.runsOfTruth(page, present);
      case 5 -> ParquetValues.deltaIntegers(page, present);
      case 6 -> ParquetValues.deltaLengths(page, present);
      case 7 -> ParquetValues.deltaTexts(page, present);
      case 9 -> ParquetValues.split(page, type, description.fixed(), present);
      default ->
          throw new IllegalArgumentException(
              "the encoding of number %d is not read; write the file again".formatted(encoding));
    };
  }

  private Cell cellOf(int place) {
    long number = values.numbers()[place];
    return switch (description.physical()) {
      case ParquetValues.BOOLEAN -> new Cell.Truth(number != 0);
      case ParquetValues.FLOAT -> Cell.Floating.of(Float.intBitsToFloat((int) number));
      case ParquetValues.DOUBLE -> Cell.Floating.of(Double.longBitsToDouble(number));
      case ParquetValues.INT32, ParquetValues.INT64 -> integer(number);
      default -> bytes((int) number, values.lengths()[place]);
    };
  }

  private Cell integer(long number) {
    boolean narrow = description.physical() == ParquetValues.INT32;
    return switch (description.meaning()) {
      case UNSIGNED ->
          narrow
              ? Cell.Whole.of(Integer.toUnsignedLong((int) number))
              : Cell.Whole.ofUnsigned(number);
      case DATE -> time(number, "D");
      case MILLISECONDS -> time(number, "ms");
      case MICROSECONDS -> time(number, "us");
      case NANOSECONDS -> time(number, "ns");
      case MILLISECONDS_OF_DAY -> timeOfDay(Math.multiplyExact(number, 1_000_000L));
      case MICROSECONDS_OF_DAY -> timeOfDay(Math.multiplyExact(number, 1000L));
      case NANOSECONDS_OF_DAY -> timeOfDay(number);
      case DURATION -> throw notRead("a duration");
      case DECIMAL -> decimal(BigInteger.valueOf(number));
      default -> Cell.Whole.of(narrow ? (int) number : number);
    };
  }

  /** A decimal; without digits behind the point it is an integer to its last digit. */
  private Cell decimal(BigInteger unscaled) {
    if (description.scale() != 0) {
      return new Cell.Floating(new BigDecimal(unscaled, description.scale()).doubleValue(), false);
    }
    Cell.Whole whole = Cell.Whole.of(unscaled);
    if (whole == null) {
      throw new IllegalArgumentException("the integer has more than 64 bits");
    }
    return whole;
  }

  private IllegalArgumentException notRead(String what) {
    return new IllegalArgumentException(
        "the column %s has %s, which is not read; write it as a number"
            .formatted(description.name(), what));
  }

  private static Cell timeOfDay(long nanoseconds) {
    try {
      return Cell.Text.of(LocalTime.ofNanoOfDay(nanoseconds).format(DateTimeFormatter.ISO_TIME));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time of day is not between 0 and 24 hours", e);
    }
  }

  private static Cell time(long number, String unit) {
    Instant instant = NumpyArray.instant(number, unit);
    return instant == null ? Cell.MISSING : new Cell.Time(instant);
  }

  private Cell bytes(int offset, int length) {
    ByteBuffer bytes = values.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (description.physical() == ParquetValues.INT96) {
      long day = Integer.toUnsignedLong(bytes.getInt(offset + 8)) - JULIAN_DAY_OF_EPOCH;
      return new Cell.Time(Instant.ofEpochSecond(day * 86_400, bytes.getLong(offset)));
    }
    if (description.meaning() == Meaning.DURATION) {
      throw notRead("an interval of the calendar");
    }
    if (description.meaning() == Meaning.HALF && length == 2) {
      return Cell.Floating.of(NumpyArray.half(bytes.getShort(offset)));
    }
    if (description.meaning() == Meaning.DECIMAL) {
      byte[] unscaled = new byte[length];
      bytes.get(offset, unscaled);
      return length == 0 ? Cell.MISSING : decimal(new BigInteger(unscaled));
    }
    return StrictText.utf8(bytes, offset, length);
  }
}
