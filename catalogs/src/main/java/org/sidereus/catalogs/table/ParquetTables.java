package org.sidereus.catalogs.table;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.ParquetColumn.Lists;
import org.sidereus.engine.SidereusException;

/**
 * Opens Parquet files (format 2.11): columns of values and of lists of values, in all encodings;
 * pages that are not packed, or packed by Snappy, gzip, LZ4 or zstd. STIL needs parquet-mr and
 * Hadoop for them.
 */
final class ParquetTables {
  private static final int LARGEST_FOOTER = 64 << 20;
  private static final int MOST_COLUMNS = 100_000;
  private static final int LISTED_ELEMENTS = 1024;

  /** The names that the layers of a list have. */
  private static final Pattern ELEMENT =
      Pattern.compile("\\.(list|bag|array)\\.(element|item|array_element|array)$");

  private ParquetTables() {}

  /** Opens a file. */
  static Table open(TableInput input) throws IOException {
    FileChannel file = FileChannel.open(input.file());
    try {
      Thrift.Struct metadata = metadata(input.name(), file);
      List<Thrift.Struct> schema = metadata.structs(2);
      List<ParquetColumn.Description> columns = new ArrayList<>();
      if (schema.isEmpty() || schema.size() > MOST_COLUMNS) {
        throw new IllegalArgumentException("the schema has no columns, or too many");
      }
      int read = 1;
      long children = schema.get(0).integer(5, 0L);
      for (long i = 0; i < children; i++) {
        read = describe(schema, read, "", 0, Lists.NONE, columns, 0);
      }
      Set<String> durations = ArrowDurations.names(metadata);
      columns.replaceAll(one -> durations.contains(one.name()) ? one.asDuration() : one);
      List<Thrift.Struct> groups = metadata.structs(4);
      long rows = metadata.integer(3, null);
      long inGroups = 0;
      for (Thrift.Struct group : groups) {
        long number = group.integer(3, null);
        if (number < 0 || number > Integer.MAX_VALUE || group.structs(1).size() != columns.size()) {
          throw new IllegalArgumentException("a row group does not fit the schema");
        }
        inGroups += number;
      }
      if (inGroups != rows) {
        throw new IllegalArgumentException(
            "its metadata count %d rows, and its row groups have %d".formatted(rows, inGroups));
      }
      checkCompression(input.name(), groups, columns);
      int[] elements = elements(file, groups, columns);
      List<Column> listed = new ArrayList<>();
      for (int i = 0; i < elements.length; i++) {
        Column column = columns.get(i).column();
        if (elements[i] == 0) {
          listed.add(column);
        }
        for (int element = 0; element < elements[i]; element++) {
          String name = column.name() + "[" + element + "]";
          listed.add(new Column(name, column.type(), null, null, null));
        }
      }
      return new ColumnarTable(
          input,
          TableFormat.PARQUET,
          header(input.name(), metadata).describe(listed),
          rows,
          new Groups(file, groups, columns, elements));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void checkCompression(
      String name, List<Thrift.Struct> groups, List<ParquetColumn.Description> columns) {
    for (Thrift.Struct group : groups) {
      for (int i = 0; i < columns.size(); i++) {
        Thrift.Struct chunk = group.structs(1).get(i);
        if (chunk.has(3) && ParquetPacking.codec(chunk.struct(3)) == null) {
          throw new SidereusException(
              "%s: the pages of the column %s are compressed with %s, which is not read; write the file with snappy, gzip or zstd"
                  .formatted(
                      name,
                      TableInput.printable(columns.get(i).column().name()),
                      ParquetPacking.compression(chunk.struct(3))));
        }
      }
    }
  }

  /** What astropy says of the columns in the metadata of the file. */
  private static AstropyHeader header(String name, Thrift.Struct metadata) {
    for (Thrift.Struct one : metadata.has(5) ? metadata.structs(5) : List.<Thrift.Struct>of()) {
      if (one.text(1).equals("table_meta_yaml") && one.has(2)) {
        return AstropyHeader.parse(name, one.text(2));
      }
    }
    return AstropyHeader.NONE;
  }

  /**
   * Number of elements of each column that are columns of their own: as many as the longest list of
   * the first page has. 0: the column has no lists, or they cannot be read.
   */
  private static int[] elements(
      FileChannel file, List<Thrift.Struct> groups, List<ParquetColumn.Description> columns)
      throws IOException {
    int[] elements = new int[columns.size()];
    boolean some = !groups.isEmpty() && groups.get(0).integer(3, null) > 0;
    for (int i = 0; i < elements.length && some; i++) {
      Thrift.Struct chunk = groups.get(0).structs(1).get(i);
      if (columns.get(i).lists().depth() == 1 && !chunk.has(1)) {
        ParquetColumn first = new ParquetColumn(columns.get(i), file, chunk.struct(3));
        elements[i] = Math.min(LISTED_ELEMENTS, first.longestOfFirstPage());
      }
    }
    return elements;
  }

  private static Thrift.Struct metadata(String name, FileChannel file) throws IOException {
    long size = file.size();
    ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (size < 12 || file.read(tail, size - 8) < 8) {
      throw new SidereusException(
          name + " cannot be read: it ends too early; it is damaged, get or write it again");
    }
    tail.flip();
    int length = tail.getInt();
    byte[] magic = new byte[4];
    tail.get(magic);
    if (!TableInput.begins(magic, 'P', 'A', 'R', '1')) {
      throw new SidereusException(
          name
              + " cannot be read: it begins as Parquet and does not end so; it is damaged, get or"
              + " write it again");
    }
    if (length < 1 || length > LARGEST_FOOTER || length > size - 12) {
      throw new IllegalArgumentException("its metadata have %d bytes".formatted(length));
    }
    ByteBuffer footer = ByteBuffer.allocate(length);
    while (footer.hasRemaining()) {
      if (file.read(footer, size - 8 - length + footer.position()) < 0) {
        throw new BufferUnderflowException();
      }
    }
    return new Thrift(footer.flip()).struct();
  }

  /** Reads an element of the schema with its children; gives the number of the next one. */
  private static int describe(
      List<Thrift.Struct> schema,
      int number,
      String parent,
      int definitions,
      Lists above,
      List<ParquetColumn.Description> columns,
      int depth) {
    if (number >= schema.size() || depth > 40) {
      throw new IllegalArgumentException("the schema is damaged");
    }
    Thrift.Struct element = schema.get(number);
    long repetition = element.integer(3, 0L);
    String name = parent + element.text(4);
    int level = definitions + (repetition == 0 ? 0 : 1);
    Lists lists = repetition == 2 ? new Lists(above.depth() + 1, level) : above;
    long children = element.integer(5, 0L);
    if (children > 0) {
      int next = number + 1;
      for (long i = 0; i < children; i++) {
        next = describe(schema, next, name + ".", level, lists, columns, depth + 1);
      }
      return next;
    }
    int fixed = (int) element.integer(2, 0L);
    int physical = (int) element.integer(1, null);
    if (physical < 0
        || physical > ParquetValues.FIXED
        || (physical == ParquetValues.FIXED && (fixed < 1 || fixed > 1 << 20))) {
      throw new IllegalArgumentException("the type of the column %s is not known".formatted(name));
    }
    ParquetColumn.Meaning meaning = meaning(element);
    String plain = lists.depth() == 0 ? name : ELEMENT.matcher(name).replaceFirst("");
    columns.add(
        new ParquetColumn.Description(
            plain, physical, fixed, level, lists, meaning, (int) element.integer(7, 0L)));
    return number + 1;
  }

  private static ParquetColumn.Meaning meaning(Thrift.Struct element) {
    if (element.has(10)) {
      Thrift.Struct logical = element.struct(10);
      if (logical.has(8)) {
        Thrift.Struct unit = logical.struct(8).struct(2);
        return unit.has(1)
            ? ParquetColumn.Meaning.MILLISECONDS
            : unit.has(2) ? ParquetColumn.Meaning.MICROSECONDS : ParquetColumn.Meaning.NANOSECONDS;
      }
      if (logical.has(7)) {
        Thrift.Struct unit = logical.struct(7).struct(2);
        return unit.has(1)
            ? ParquetColumn.Meaning.MILLISECONDS_OF_DAY
            : unit.has(2)
                ? ParquetColumn.Meaning.MICROSECONDS_OF_DAY
                : ParquetColumn.Meaning.NANOSECONDS_OF_DAY;
      }
      if (logical.has(10)) {
        return logical.struct(10).truth(2)
            ? ParquetColumn.Meaning.SIGNED
            : ParquetColumn.Meaning.UNSIGNED;
      }
      if (logical.has(15)) {
        return ParquetColumn.Meaning.HALF;
      }
    }
    return switch ((int) element.integer(6, -1L)) {
      case 0, 4 -> ParquetColumn.Meaning.TEXT;
      case 5 -> ParquetColumn.Meaning.DECIMAL;
      case 6 -> ParquetColumn.Meaning.DATE;
      case 7 -> ParquetColumn.Meaning.MILLISECONDS_OF_DAY;
      case 8 -> ParquetColumn.Meaning.MICROSECONDS_OF_DAY;
      case 9 -> ParquetColumn.Meaning.MILLISECONDS;
      case 10 -> ParquetColumn.Meaning.MICROSECONDS;
      case 11, 12, 13, 14 -> ParquetColumn.Meaning.UNSIGNED;
      case 21 -> ParquetColumn.Meaning.DURATION;
      default -> ParquetColumn.Meaning.SIGNED;
    };
  }

  /** The row groups. */
  private static final class Groups implements ColumnarTable.Blocks {
    private final FileChannel file;
    private final List<Thrift.Struct> groups;
    private final List<ParquetColumn.Description> columns;
    private final int[] elements;
    private int next;

    Groups(
        FileChannel file,
        List<Thrift.Struct> groups,
        List<ParquetColumn.Description> columns,
        int[] elements) {
      this.file = file;
      this.groups = groups;
      this.columns = columns;
      this.elements = elements;
    }

    @Override
    public ColumnarTable.@Nullable Block next() throws IOException {
      if (next >= groups.size()) {
        return null;
      }
      Thrift.Struct group = groups.get(next++);
      if (group.integer(3, null) == 0) {
        return new ColumnarTable.Block(0, List.of());
      }
      List<ColumnarTable.Values> values = new ArrayList<>();
      List<Thrift.Struct> chunks = group.structs(1);
      for (int i = 0; i < columns.size(); i++) {
        if (chunks.get(i).has(1)) {
          throw new IllegalArgumentException(
              "a column lies in another file, which is not opened; write the table into one file");
        }
        ParquetColumn column = new ParquetColumn(columns.get(i), file, chunks.get(i).struct(3));
        if (elements[i] == 0) {
          values.add(column);
        }
        for (int element = 0; element < elements[i]; element++) {
          int place = element;
          values.add(row -> column.element(row, place));
        }
      }
      return new ColumnarTable.Block((int) group.integer(3, null), values);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
