package org.sidereus.catalogs.table;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * Opens Feather files of version 2, which are Arrow files: columns of numbers, texts (also as
 * views, which polars writes), truth values and times, plain or packed. Other columns are listed
 * and refused where they are asked for.
 */
final class ArrowTables {
  private static final int LARGEST_METADATA = 64 << 20;
  private static final int VIEW_BYTES = 16;
  private static final int IN_VIEW = 12;

  private ArrowTables() {}

  /** Opens a file. */
  static Table open(TableInput input) throws IOException {
    FileChannel file = FileChannel.open(input.file());
    try {
      long size = file.size();
      ByteBuffer tail = read(file, Math.max(0, size - 10), (int) Math.min(10, size));
      if (size < 20 || !endsWell(tail)) {
        throw new EOFException("it ends too early");
      }
      int length = tail.getInt(0);
      if (length < 8 || length > LARGEST_METADATA || length > size - 10) {
        throw new IllegalArgumentException("its metadata have %d bytes".formatted(length));
      }
      Flat footer = Flat.root(read(file, size - 10 - length, length));
      Flat schema = footer.table(1);
      if (schema.int16(0, 0) != 0) {
        throw new SidereusException(
            input.name() + " is big-endian, which is not read; write the table as Parquet");
      }
      List<ArrowField> fields = new ArrayList<>();
      for (int i = 0; i < schema.length(1); i++) {
        fields.add(ArrowField.of(schema.element(1, i)));
      }
      Batches batches = new Batches(file, footer, fields);
      batches.readDictionaries();
      return new ColumnarTable(
          input,
          TableFormat.FEATHER,
          fields.stream().map(ArrowField::column).toList(),
          batches.rows(),
          batches);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      file.close();
      throw new IllegalArgumentException("the metadata are damaged", e);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static boolean endsWell(ByteBuffer tail) {
    byte[] magic = new byte[6];
    tail.get(4, magic);
    return TableInput.begins(magic, 'A', 'R', 'R', 'O', 'W', '1');
  }

  private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    if (from < 0 || length < 0 || from > file.size() - length) {
      throw new EOFException("it ends too early");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("it ends too early");
      }
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The record batches. */
  private static final class Batches implements ColumnarTable.Blocks {
    private final FileChannel file;
    private final Flat footer;
    private final List<ArrowField> fields;
    private final Map<Long, ColumnarTable.Values> dictionaries = new HashMap<>();
    private final Map<Long, Integer> dictionaryRows = new HashMap<>();
    private int next;

    Batches(FileChannel file, Flat footer, List<ArrowField> fields) {
      this.file = file;
      this.footer = footer;
      this.fields = fields;
    }

    private Flat message(int list, int index) throws IOException {
      long offset = footer.struct(list, index, 24, 0);
      int length = footer.struct32(list, index, 24, 8);
      if (length < 8 || length > LARGEST_METADATA) {
        throw new IllegalArgumentException("the metadata are damaged");
      }
      ByteBuffer bytes = read(file, offset, length);
      int start = bytes.getInt(0) == -1 ? 8 : 4;
      return Flat.root(bytes.slice(start, length - start).order(ByteOrder.LITTLE_ENDIAN));
    }

    private long body(int list, int index) {
      return Math.addExact(footer.struct(list, index, 24, 0), footer.struct32(list, index, 24, 8));
    }

    long rows() throws IOException {
      long rows = 0;
      for (int i = 0; i < footer.length(3); i++) {
        rows = Math.addExact(rows, length(message(3, i).table(2)));
      }
      return rows;
    }

    private static int length(Flat batch) {
      long length = batch.int64(0, 0);
      if (length < 0 || length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("a batch has %d rows".formatted(length));
      }
      return (int) length;
    }

    void readDictionaries() throws IOException {
      for (int i = 0; i < footer.length(2); i++) {
        Flat batch = message(2, i).table(2);
        long id = batch.int64(0, 0);
        Flat data = batch.table(1);
        ArrowField coded =
            fields.stream().filter(one -> one.dictionary() == id).findFirst().orElse(null);
        if (coded == null || batch.int8(2, 0) != 0) {
          throw new IllegalArgumentException("its dictionaries are not read");
        }
        ArrowField values =
            new ArrowField(coded.name(), coded.type(), 0, true, "", ArrowField.Parts.OF_TEXTS, -1);
        Place place = new Place(0, 0, values.isView() ? blocks(data, 0) : 0);
        dictionaries.put(id, values(values, data, body(2, i), place));
        dictionaryRows.put(id, length(data));
      }
    }

    @Override
    public ColumnarTable.@Nullable Block next() throws IOException {
      if (next >= footer.length(3)) {
        return null;
      }
      try {
        Flat batch = message(3, next).table(2);
        long body = body(3, next);
        next++;
        List<ColumnarTable.Values> columns = new ArrayList<>();
        int buffer = 0;
        int node = 0;
        int view = 0;
        for (ArrowField field : fields) {
          int blocks = 0;
          for (int i = 0; i < field.parts().views(); i++) {
            blocks = Math.addExact(blocks, blocks(batch, view++));
          }
          columns.add(lazily(field, batch, body, new Place(buffer, node, blocks)));
          buffer = Math.addExact(buffer, Math.addExact(field.parts().buffers(), blocks));
          node += field.parts().nodes();
        }
        return new ColumnarTable.Block(length(batch), columns);
      } catch (IndexOutOfBoundsException | ArithmeticException e) {
        throw new IllegalArgumentException("a batch is damaged", e);
      }
    }

    /**
     * Where a column lies in a batch.
     *
     * @param buffer number of its first buffer
     * @param node number of its node
     * @param blocks number of further buffers, which hold the texts of views
     */
    private record Place(int buffer, int node, int blocks) {}

    /** Number of blocks of a column of views. */
    private static int blocks(Flat batch, int view) {
      if (view >= batch.length(4)) {
        throw new IllegalArgumentException("a batch is damaged");
      }
      long blocks = batch.struct(4, view, 8, 0);
      if (blocks < 0 || blocks > batch.length(2)) {
        throw new IllegalArgumentException("a batch is damaged");
      }
      return (int) blocks;
    }

    /** A column is unpacked when its first cell is asked for, once, also if that fails. */
    private ColumnarTable.Values lazily(ArrowField field, Flat batch, long body, Place place) {
      ColumnarTable.Values[] loaded = new ColumnarTable.Values[1];
      return row -> {
        try {
          if (loaded[0] == null) {
            loaded[0] = loaded(field, batch, body, place);
          }
          return loaded[0].cell(row);
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
          throw new IllegalArgumentException("a batch is damaged", e);
        }
      };
    }

    private ColumnarTable.Values loaded(ArrowField field, Flat batch, long body, Place place) {
      String why;
      try {
        return values(field, batch, body, place);
      } catch (IOException e) {
        why = "a batch cannot be read (%s)".formatted(e.getMessage());
      } catch (IndexOutOfBoundsException | ArithmeticException e) {
        why = "a batch is damaged";
      } catch (IllegalArgumentException e) {
        why = String.valueOf(e.getMessage());
      }
      String message = why;
      return row -> {
        throw new IllegalArgumentException(message);
      };
    }

    private ByteBuffer buffer(Flat batch, long body, int index) throws IOException {
      if (index >= batch.length(2)) {
        throw new IllegalArgumentException("a batch is damaged");
      }
      long offset = batch.struct(2, index, 16, 0);
      long length = batch.struct(2, index, 16, 8);
      if (length < 0 || length > Unpacking.LARGEST) {
        throw new IllegalArgumentException("a part has %d bytes".formatted(length));
      }
      ByteBuffer bytes = read(file, Math.addExact(body, offset), (int) length);
      if (!batch.has(3) || length == 0) {
        return bytes;
      }
      long unpacked = bytes.getLong(0);
      ByteBuffer packed = bytes.slice(8, (int) length - 8).order(ByteOrder.LITTLE_ENDIAN);
      if (unpacked == -1) {
        return packed;
      }
      boolean zstd = batch.table(3).int8(0, 0) == 1;
      if (zstd && !Unpacking.hasZstd()) {
        throw new IllegalArgumentException("it is packed by zstd, and zstd-jni is not there");
      }
      return Unpacking.unpack(
              packed, zstd ? Unpacking.Codec.ZSTD : Unpacking.Codec.LZ4_FRAME, unpacked)
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    private ColumnarTable.Values values(ArrowField field, Flat batch, long body, Place place)
        throws IOException {
      long absent = batch.struct(1, place.node(), 16, 8);
      ByteBuffer valid = absent == 0 ? null : buffer(batch, body, place.buffer());
      ColumnarTable.Values present =
          field.dictionary() < 0 && field.type() == ArrowField.TEXT_VIEW
              ? views(batch, body, place)
              : present(field, batch, body, place.buffer());
      return valid == null || field.type() == 1
          ? present
          : row -> bit(valid, row) ? present.cell(row) : Cell.MISSING;
    }

    private static boolean bit(ByteBuffer bits, int row) {
      return ((bits.get(row / 8) >> (row % 8)) & 1) != 0;
    }

    /** Texts as views: of up to 12 bytes in the view itself, of more in a block. */
    private ColumnarTable.Values views(Flat batch, long body, Place place) throws IOException {
      ByteBuffer views = buffer(batch, body, place.buffer() + 1);
      List<ByteBuffer> blocks = new ArrayList<>();
      for (int i = 0; i < place.blocks(); i++) {
        blocks.add(buffer(batch, body, place.buffer() + 2 + i));
      }
      return row -> {
        int at = VIEW_BYTES * row;
        int length = views.getInt(at);
        if (length <= IN_VIEW) {
          return StrictText.utf8(views, at + 4, Math.max(0, length));
        }
        ByteBuffer block = blocks.get(views.getInt(at + 8));
        int from = views.getInt(at + 12);
        if (from < 0 || from > block.limit() - length) {
          throw new IllegalArgumentException("a batch is damaged");
        }
        return StrictText.utf8(block, from, length);
      };
    }

    private ColumnarTable.Values present(ArrowField field, Flat batch, long body, int first)
        throws IOException {
      if (field.type() == 1) {
        return row -> Cell.MISSING;
      }
      ByteBuffer data = buffer(batch, body, first + 1);
      if (field.dictionary() >= 0) {
        ColumnarTable.Values words = dictionaries.get(field.dictionary());
        int size = dictionaryRows.getOrDefault(field.dictionary(), 0);
        return row -> {
          long index = integer(data, row, field.width(), field.signed());
          if (words == null || index < 0 || index >= size) {
            throw new IllegalArgumentException("a batch refers to no word of its dictionary");
          }
          return words.cell((int) index);
        };
      }
      return switch (field.type()) {
        case ArrowField.INT ->
            row -> {
              long value = integer(data, row, field.width(), field.signed());
              return field.width() == 64 && !field.signed()
                  ? Cell.Whole.ofUnsigned(value)
                  : Cell.Whole.of(value);
            };
        case ArrowField.FLOAT ->
            switch (field.width()) {
              case 16 -> row -> Cell.Floating.of(NumpyArray.half(data.getShort(2 * row)));
              case 32 -> row -> Cell.Floating.of(data.getFloat(4 * row));
              default -> row -> Cell.Floating.of(data.getDouble(8 * row));
            };
        case ArrowField.TRUTH -> row -> new Cell.Truth(bit(data, row));
        case ArrowField.DATE, ArrowField.TIMESTAMP ->
            row -> {
              Instant time =
                  NumpyArray.instant(integer(data, row, field.width(), true), field.unit());
              return time == null ? Cell.MISSING : new Cell.Time(time);
            };
        case ArrowField.TEXT, ArrowField.LARGE_TEXT -> {
          ByteBuffer texts = buffer(batch, body, first + 2);
          boolean large = field.type() == ArrowField.LARGE_TEXT;
          yield row -> {
            long from = large ? data.getLong(8 * row) : data.getInt(4 * row);
            long to = large ? data.getLong(8 * row + 8) : data.getInt(4 * row + 4);
            if (from < 0 || to < from || to > texts.limit()) {
              throw new IllegalArgumentException("a batch is damaged");
            }
            return StrictText.utf8(texts, (int) from, (int) (to - from));
          };
        }
        default ->
            row -> {
              throw new IllegalArgumentException(
                  "values of this kind are not read; write the column as numbers or texts");
            };
      };
    }

    private static long integer(ByteBuffer data, int row, int width, boolean signed) {
      return switch (width) {
        case 8 -> signed ? data.get(row) : data.get(row) & 0xff;
        case 16 -> signed ? data.getShort(2 * row) : data.getShort(2 * row) & 0xffff;
        case 32 -> signed ? data.getInt(4 * row) : Integer.toUnsignedLong(data.getInt(4 * row));
        default -> data.getLong(8 * row);
      };
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
