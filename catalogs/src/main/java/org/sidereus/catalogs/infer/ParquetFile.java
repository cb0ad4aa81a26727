package org.sidereus.catalogs.infer;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes a Parquet file (format 2.11) row by row: columns of texts, integers, numbers that may be
 * missing, and lists of single-precision numbers. Pages are plain and not packed: the numbers of
 * posteriors are noise in their last digits. A group of rows waits in memory. The writers of Apache
 * Parquet need Hadoop.
 */
final class ParquetFile implements AutoCloseable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int LARGEST_GROUP = 16 << 20;
  private static final int REQUIRED = 0;
  private static final int OPTIONAL = 1;
  private static final int REPEATED = 2;
  private static final int PLAIN = 0;
  private static final int RUNS = 3;

  /** What a column holds. */
  enum Type {
    /** UTF-8. */
    TEXT(6),
    /** 64 bits, signed. */
    INTEGER(2),
    /** Double precision, or missing. */
    FLOATING(5),
    /** A list of numbers in single precision. */
    FLOATS(4);

    private final int physical;

    Type(int physical) {
      this.physical = physical;
    }
  }

  /** A column. */
  record Field(String name, Type type) {}

  private final List<Pages> columns = new ArrayList<>();
  private final Map<String, String> metadata;
  private final OutputStream out;
  private final List<Consumer<ThriftWriter>> groups = new ArrayList<>();
  private long position;
  private long rows;
  private long groupRows;

  /**
   * Begins a file.
   *
   * @param metadata keys and values that stand beside the schema, in their order
   */
  ParquetFile(Path file, List<Field> fields, Map<String, String> metadata) throws IOException {
    fields.forEach(field -> columns.add(new Pages(field)));
    this.metadata = metadata;
    out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    write(MAGIC);
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  /** Sets a text of the row. */
  void text(int column, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    columns.get(column).values.writeBytes(bytes(4).putInt(utf8.length).array());
    columns.get(column).add(utf8);
  }

  /** Sets an integer of the row. */
  void integer(int column, long value) {
    columns.get(column).add(bytes(8).putLong(value).array());
  }

  /** Sets a number of the row. */
  void floating(int column, double value) {
    columns.get(column).add(bytes(8).putDouble(value).array());
  }

  /** Leaves a number of the row missing. */
  void missing(int column) {
    columns.get(column).addLevel(0, 0);
  }

  /** Sets the list of the row. */
  void floats(int column, float[] values) {
    Pages pages = columns.get(column);
    if (values.length == 0) {
      pages.addLevel(0, 0);
    }
    for (int i = 0; i < values.length; i++) {
      pages.addLevel(i == 0 ? 0 : 1, 1);
    }
    ByteBuffer bytes = bytes(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    pages.values.writeBytes(bytes.array());
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Ends the row, all of whose columns are set. */
  void endRow() throws IOException {
    groupRows++;
    if (columns.stream().mapToLong(one -> one.values.size()).sum() >= LARGEST_GROUP) {
      endGroup();
    }
  }

  private void endGroup() throws IOException {
    List<Consumer<ThriftWriter>> chunks = new ArrayList<>();
    long start = position;
    for (Pages pages : columns) {
      long place = position;
      int count = pages.levels;
      byte[] page = pages.page();
      write(
          ThriftWriter.struct(
              header -> {
                header.int32(1, 0);
                header.int32(2, page.length);
                header.int32(3, page.length);
                header.struct(
                    5,
                    data -> {
                      data.int32(1, count);
                      data.int32(2, PLAIN);
                      data.int32(3, RUNS);
                      data.int32(4, RUNS);
                    });
              }));
      write(page);
      long size = position - place;
      chunks.add(
          chunk -> {
            chunk.int64(2, place);
            chunk.struct(3, about -> describe(about, pages.field, count, size, place));
          });
    }
    long bytes = position - start;
    long number = groupRows;
    groups.add(
        group -> {
          group.structs(1, chunks);
          group.int64(2, bytes);
          group.int64(3, number);
        });
    rows += groupRows;
    groupRows = 0;
  }

  private static void describe(ThriftWriter about, Field field, int count, long size, long place) {
    about.int32(1, field.type().physical);
    about.int32s(2, List.of(PLAIN, RUNS));
    about.texts(
        3,
        field.type() == Type.FLOATS
            ? List.of(field.name(), "list", "element")
            : List.of(field.name()));
    about.int32(4, 0); // not packed
    about.int64(5, count);
    about.int64(6, size);
    about.int64(7, size);
    about.int64(9, place);
  }

  /** Ends the file. */
  void finish() throws IOException {
    if (groupRows > 0) {
      endGroup();
    }
    List<Consumer<ThriftWriter>> schema = new ArrayList<>();
    schema.add(
        root -> {
          root.text(4, "schema");
          root.int32(5, columns.size());
        });
    columns.forEach(one -> addElements(schema, one.field));
    List<Consumer<ThriftWriter>> pairs = new ArrayList<>();
    metadata.forEach(
        (key, value) ->
            pairs.add(
                pair -> {
                  pair.text(1, key);
                  pair.text(2, value);
                }));
    byte[] footer =
        ThriftWriter.struct(
            file -> {
              file.int32(1, 2);
              file.structs(2, schema);
              file.int64(3, rows);
              file.structs(4, groups);
              file.structs(5, pairs);
              file.text(6, "sidereus");
            });
    write(footer);
    write(bytes(4).putInt(footer.length).array());
    write(MAGIC);
    out.close();
  }

  private static void addElements(List<Consumer<ThriftWriter>> schema, Field field) {
    if (field.type() == Type.FLOATS) {
      schema.add(
          list -> {
            list.int32(3, REQUIRED);
            list.text(4, field.name());
            list.int32(5, 1);
            list.int32(6, 3);
            list.struct(10, logical -> logical.struct(3, empty -> {}));
          });
      schema.add(
          repeated -> {
            repeated.int32(3, REPEATED);
            repeated.text(4, "list");
            repeated.int32(5, 1);
          });
    }
    schema.add(
        element -> {
          element.int32(1, field.type().physical);
          element.int32(3, field.type() == Type.FLOATING ? OPTIONAL : REQUIRED);
          element.text(4, field.type() == Type.FLOATS ? "element" : field.name());
          if (field.type() == Type.TEXT) {
            element.int32(6, 0);
            element.struct(10, logical -> logical.struct(1, empty -> {}));
          }
        });
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** What a column has in the group of rows. */
  private static final class Pages {
    private final Field field;
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private final Runs repetitions = new Runs();
    private final Runs definitions = new Runs();
    private int levels;

    Pages(Field field) {
      this.field = field;
    }

    void add(byte[] value) {
      values.writeBytes(value);
      addLevel(0, 1);
    }

    void addLevel(int repetition, int definition) {
      repetitions.add(repetition);
      definitions.add(definition);
      levels++;
    }

    /** The page; the column is empty then. */
    byte[] page() {
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      if (field.type() == Type.FLOATS) {
        repetitions.writeTo(page);
      }
      if (field.type() == Type.FLOATS || field.type() == Type.FLOATING) {
        definitions.writeTo(page);
      }
      page.writeBytes(values.toByteArray());
      values.reset();
      repetitions.clear();
      definitions.clear();
      levels = 0;
      return page.toByteArray();
    }
  }

  /** Levels of one bit in runs of equal ones. */
  private static final class Runs {
    private final ByteArrayOutputStream ended = new ByteArrayOutputStream();
    private int value;
    private long run;

    void add(int level) {
      if (level != value) {
        end();
        value = level;
      }
      run++;
    }

    private void end() {
      if (run > 0) {
        ThriftWriter.varint(ended, run << 1);
        ended.write(value);
      }
      run = 0;
    }

    void writeTo(ByteArrayOutputStream page) {
      end();
      page.writeBytes(bytes(4).putInt(ended.size()).array());
      page.writeBytes(ended.toByteArray());
    }

    void clear() {
      ended.reset();
      run = 0;
    }
  }
}
