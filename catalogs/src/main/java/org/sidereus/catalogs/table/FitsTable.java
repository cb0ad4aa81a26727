package org.sidereus.catalogs.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A binary or ASCII table of a FITS file (FITS standard 4.0, sections 7.2 and 7.3). Rows are read
 * one after the other, so that a table of any size fits into memory, packed or not. The elements of
 * an array column {@code P} are the columns {@code P[0]}, {@code P[1]}, ... in the order of the
 * file, whatever {@code TDIMn} says; a column of bits is one integer and an array of truth values.
 * Integers equal to {@code TNULLn} and NaN are empty cells; {@code TSCALn} and {@code TZEROn} are
 * applied, exactly where they are integers.
 */
final class FitsTable implements Table {
  /** Elements of an array that are listed as columns. */
  static final int LISTED_ELEMENTS = 1024;

  private static final int LONGEST_ROW = 64 << 20;
  private static final int LONGEST_HEAP_TEXT = 1 << 20;
  private final String name;
  private final TableInput input;
  private final InputStream in;
  private final ColumnNames listed;
  private final Map<String, Place> places = new HashMap<>();
  private final List<FitsColumn> columns;
  private final List<Integer> offsets;
  private final List<FitsTextColumn> textColumns;
  private final int rowBytes;
  private final long rows;
  private final long heap;
  private final long heapBytes;
  private @Nullable FileChannel file;
  private long fileStart;
  private byte[] buffer = new byte[0];
  private List<String> others = List.of();
  private long row;

  /**
   * Where a value lies.
   *
   * @param element number of the element, from 0; -1: the whole cell
   */
  private record Place(int column, long element) {}

  /**
   * Opens a table and reads its header.
   *
   * @param part number of the unit, 0 is the primary one, or its name; null: the first table
   * @param encoding of texts; null: UTF-8
   * @throws SidereusException if there is no such table or its header contradicts itself
   */
  FitsTable(TableInput input, @Nullable String part, @Nullable Charset encoding)
      throws IOException {
    this.input = input;
    name = input.name();
    in = input.stream();
    FitsUnits units = new FitsUnits(input);
    FitsUnits.Found found = units.find(part);
    FitsHeader header = found.header();
    boolean ascii = header.text("XTENSION", "").equals("TABLE");
    long data = header.dataBytes();
    if (header.integer("NAXIS", null) != 2
        || header.integer("BITPIX", null) != 8
        || header.integer("GCOUNT", 1L) != 1) {
      throw header.wrong("a table has NAXIS 2, BITPIX 8 and GCOUNT 1");
    }
    long width = header.integer("NAXIS1", null);
    rows = header.integer("NAXIS2", null);
    long fields = header.integer("TFIELDS", null);
    if (fields < 1 || fields > 999) {
      throw header.wrong("TFIELDS is %d; a table has 1 to 999 columns".formatted(fields));
    }
    if (width < 1 || width > LONGEST_ROW) {
      throw header.wrong("NAXIS1 is %d; a row has 1 to %d bytes".formatted(width, LONGEST_ROW));
    }
    rowBytes = (int) width;
    long table = width * rows;
    heap = header.integer("THEAP", table);
    heapBytes = data - heap;
    if (heap < table || heapBytes < 0) {
      throw header.wrong("THEAP is %d, and the rows end at %d of %d".formatted(heap, table, data));
    }
    checkLength(header, found.dataStart(), table, data);
    Charset charset = encoding == null ? StandardCharsets.UTF_8 : encoding;
    columns = new ArrayList<>();
    offsets = new ArrayList<>();
    textColumns = new ArrayList<>();
    List<Column> all = new ArrayList<>();
    long offset = 0;
    for (int i = 1; i <= fields; i++) {
      if (ascii) {
        FitsTextColumn column = new FitsTextColumn(header, i, rowBytes, charset);
        places.putIfAbsent(column.described().name(), new Place(i - 1, -1));
        textColumns.add(column);
        all.add(column.described());
      } else {
        FitsColumn column = column(header, i, charset);
        offsets.add((int) offset);
        offset += column.width();
        if (offset > width) {
          throw header.wrong("the columns are longer than NAXIS1, which is " + width);
        }
        columns.add(column);
        list(column, i - 1, all);
      }
    }
    if (!ascii && offset != width) {
      throw header.wrong("the columns have %d bytes but NAXIS1 is %d".formatted(offset, width));
    }
    listed = new ColumnNames(all);
    if (columns.stream().anyMatch(FitsColumn::isVariable)) {
      openHeap(found.dataStart());
    }
    if (part == null && input.size().isPresent()) {
      others = units.tablesBehind(found.dataStart() + FitsUnits.padded(data));
    }
  }

  @Override
  public List<String> others() {
    return others;
  }

  private static FitsColumn column(FitsHeader header, int number, Charset charset) {
    try {
      return new FitsColumn(header, number, charset);
    } catch (ArithmeticException e) {
      throw header.wrong("TFORM%d has too many elements".formatted(number));
    }
  }

  /** A file that is shorter than its header says is refused before anything is read. */
  private void checkLength(FitsHeader header, long dataStart, long table, long data)
      throws IOException {
    OptionalLong size = input.size();
    if (size.isPresent() && size.getAsLong() - dataStart < table) {
      throw header.wrong(
          "there should be %d rows of %d bytes, but the file has %d bytes for them"
              .formatted(rows, rowBytes, Math.max(0, size.getAsLong() - dataStart)));
    }
    if (size.isPresent() && size.getAsLong() - dataStart < data) {
      throw header.wrong(
          "PCOUNT is %d, but the file has %d bytes behind the rows"
              .formatted(data - table, size.getAsLong() - dataStart - table));
    }
  }

  private void openHeap(long dataStart) throws IOException {
    TableInput.Rest rest = input.rest(dataStart);
    file = FileChannel.open(rest.file());
    fileStart = rest.offset();
  }

  private void list(FitsColumn column, int position, List<Column> all) {
    String called = column.name();
    places.putIfAbsent(called, new Place(position, column.isArray() && !column.isBits() ? -2 : -1));
    if (!column.isArray() || column.isBits()) {
      all.add(column.described());
      return;
    }
    long elements = Math.min(LISTED_ELEMENTS, column.elements());
    for (long element = 0; element < elements; element++) {
      all.add(element(column, element));
    }
  }

  private static Column element(FitsColumn column, long element) {
    Column whole = column.described();
    return new Column(
        whole.name() + "[" + element + "]",
        column.isBits() ? Column.Type.TRUTH : whole.type(),
        whole.unit(),
        whole.ucd(),
        whole.description(),
        whole.times());
  }

  /** Finds a column or an element of an array. */
  private @Nullable Place find(String column) {
    Place known = places.get(column);
    if (known != null) {
      return known.element() == -2 ? null : known;
    }
    ArrayElement named = ArrayElement.of(column);
    Place whole = named == null ? null : places.get(named.array());
    if (named == null || whole == null || columns.isEmpty()) {
      return null;
    }
    long element = named.element();
    FitsColumn array = columns.get(whole.column());
    if (!array.isArray() || (!array.isVariable() && element >= array.elements())) {
      return null;
    }
    Place found = new Place(whole.column(), element);
    if (places.size() < 100_000) {
      places.put(column, found);
    }
    return found;
  }

  @Override
  public List<Column> schema() {
    return listed.columns();
  }

  @Override
  public @Nullable Column column(String column) {
    Place place = find(column);
    if (place == null) {
      return null;
    }
    if (!textColumns.isEmpty()) {
      return textColumns.get(place.column()).described();
    }
    FitsColumn found = columns.get(place.column());
    return place.element() < 0 ? found.described() : element(found, place.element());
  }

  @Override
  public TableFormat format() {
    return TableFormat.FITS;
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.of(rows);
  }

  @Override
  public @Nullable TableRow next() {
    if (row >= rows) {
      return null;
    }
    try {
      if (file != null) {
        read(fileStart + row * rowBytes);
      } else if (buffer.length == 0) {
        buffer = in.readNBytes(rowBytes); // grows with what is there
      } else {
        if (in.readNBytes(buffer, 0, rowBytes) < rowBytes) {
          throw ended();
        }
      }
      if (buffer.length < rowBytes) {
        throw ended();
      }
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; check the file".formatted(name, SidereusException.reason(e)), e);
    }
    row++;
    return new Row(ByteBuffer.wrap(buffer), row);
  }

  private SidereusException ended() {
    return new SidereusException(
        "%s ends within row %d of %d; the file is damaged, get or write it again"
            .formatted(name, row + 1, rows));
  }

  private void read(long position) throws IOException {
    buffer = read(position, rowBytes);
  }

  private byte[] read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    FileChannel channel = file;
    while (channel != null && bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw ended();
      }
    }
    return bytes.array();
  }

  private final class Row implements TableRow {
    private final ByteBuffer bytes;
    private final long number;

    Row(ByteBuffer bytes, long number) {
      this.bytes = bytes;
      this.number = number;
    }

    @Override
    public Cell value(String column) {
      Place place = find(column);
      if (place == null) {
        throw new IllegalArgumentException("there is no column " + column);
      }
      try {
        return textColumns.isEmpty() ? binary(place) : textColumns.get(place.column()).cell(bytes);
      } catch (IllegalArgumentException e) {
        throw BrokenRowException.at(
            name, place(), "in the column " + column + ", " + e.getMessage());
      } catch (IOException e) {
        throw BrokenRowException.at(
            name, place(), "in the column " + column + ", " + SidereusException.reason(e));
      }
    }

    private Cell binary(Place place) throws IOException {
      FitsColumn column = columns.get(place.column());
      int offset = offsets.get(place.column());
      if (column.isVariable()) {
        return variable(column, column.descriptor(bytes, offset), place.element());
      }
      if (place.element() < 0) {
        return column.isBits()
            ? column.bits(bytes, offset)
            : column.width() == 0 ? Cell.MISSING : column.element(bytes, offset, 0);
      }
      int inCell = (int) column.elementOffset(place.element());
      return column.element(bytes, offset + inCell, place.element());
    }

    private Cell variable(FitsColumn column, FitsColumn.Descriptor found, long element)
        throws IOException {
      long length = column.isBits() ? (found.elements() + 7) / 8 : found.elements() * column.size();
      if (found.elements() < 0
          || found.elements() > heapBytes * 8
          || found.offset() < 0
          || found.offset() > heapBytes - length) {
        throw new IllegalArgumentException(
            "an array of %d elements at byte %d is outside of the heap, which has %d bytes"
                .formatted(found.elements(), found.offset(), heapBytes));
      }
      long start = fileStart + heap + found.offset();
      if (column.described().type() == Column.Type.TEXT) {
        int read = (int) Math.min(length, LONGEST_HEAP_TEXT);
        return element > 0
            ? Cell.MISSING
            : column.text(ByteBuffer.wrap(read(start, read)), 0, read);
      }
      if (column.isBits() && element < 0) {
        int read = (int) Math.min(length, LONGEST_HEAP_TEXT);
        int bits = (int) Math.min(found.elements(), read * 8L);
        return FitsColumn.bits(ByteBuffer.wrap(read(start, read)), 0, bits);
      }
      long parts = column.size() == column.partSize() ? found.elements() : 2 * found.elements();
      if (element >= parts) {
        return Cell.MISSING;
      }
      return column.isBits()
          ? column.element(ByteBuffer.wrap(read(start + element / 8, 1)), 0, element % 8)
          : column.element(
              ByteBuffer.wrap(read(start + element * column.partSize(), column.partSize())), 0, 0);
    }

    @Override
    public String place() {
      return "row " + number;
    }
  }

  @Override
  public void close() {
    try {
      FileChannel opened = file;
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
    input.close();
  }
}
