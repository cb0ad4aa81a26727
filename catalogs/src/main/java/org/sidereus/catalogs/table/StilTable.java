package org.sidereus.catalogs.table;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import uk.ac.starlink.table.ColumnInfo;
import uk.ac.starlink.table.RowSequence;
import uk.ac.starlink.table.StarTable;
import uk.ac.starlink.table.StoragePolicy;
import uk.ac.starlink.table.TableBuilder;
import uk.ac.starlink.util.FileDataSource;
import uk.ac.starlink.votable.VOTableBuilder;

/** A table that STIL reads: a VOTable. */
final class StilTable implements Table {
  /** A field, because a logger without a reference loses its level. */
  private static final Logger LOG = Logger.getLogger("uk.ac.starlink");

  static {
    // It logs what it makes of doubtful files; the errors below have one line.
    LOG.setLevel(Level.OFF);
  }

  private final String name;
  private final TableFormat format;
  private final TableInput input;
  private final StarTable table;
  private final RowSequence sequence;
  private final ColumnNames listed;
  private final Map<String, Place> places = new HashMap<>();
  private final VoTableCheck.Found found;
  private final @Nullable Path rewritten;
  private final List<String> others;
  private long row;

  /**
   * Where a value lies.
   *
   * @param element number of the element, from 0; -1: the whole cell
   */
  private record Place(int column, int element) {}

  private StilTable(
      TableInput input,
      TableFormat format,
      TableBuilder builder,
      @Nullable String part,
      VoTableCheck.Found found,
      @Nullable Path rewritten,
      List<String> others)
      throws IOException {
    this.input = input;
    this.format = format;
    this.found = found;
    this.rewritten = rewritten;
    this.others = others;
    name = input.name();
    FileDataSource source =
        new FileDataSource((rewritten == null ? input.file() : rewritten).toFile());
    source.setCompression(uk.ac.starlink.util.Compression.NONE);
    source.setPosition(part);
    table = builder.makeStarTable(source, false, StoragePolicy.ADAPTIVE);
    sequence = table.getRowSequence();
    List<Column> all = new ArrayList<>();
    for (int i = 0; i < table.getColumnCount(); i++) {
      list(i, all);
    }
    listed = new ColumnNames(all);
  }

  /** A VOTable; {@code part} is the number of the table, from 0. */
  static StilTable votable(TableInput input, @Nullable String part) throws IOException {
    int number = 0;
    if (part != null) {
      if (!part.matches("\\d{1,6}")) {
        throw new SidereusException(
            "%s: a table of a VOTable is named by its number from 0, not '%s'"
                .formatted(input.name(), TableInput.printable(part)));
      }
      number = Integer.parseInt(part);
    }
    VoTableCheck.Found found;
    try (var document = Files.newInputStream(input.file())) {
      found = VoTableCheck.check(input.name(), document, number);
    }
    Path rewritten = found.bits().isEmpty() ? null : bitsAsBytes(input, number);
    try {
      return new StilTable(
          input,
          TableFormat.VOTABLE,
          new VOTableBuilder(),
          Integer.toString(number),
          found,
          rewritten,
          part == null
              ? IntStream.range(1, found.tables()).mapToObj(Integer::toString).toList()
              : List.of());
    } catch (IOException | RuntimeException e) {
      delete(rewritten);
      throw e;
    }
  }

  private static Path bitsAsBytes(TableInput input, int number) throws IOException {
    Path target = Files.createTempFile("sidereus-", ".vot");
    target.toFile().deleteOnExit(); // if this process is stopped before the table is closed
    try (var document = Files.newInputStream(input.file());
        var out = new BufferedOutputStream(Files.newOutputStream(target))) {
      VoTableBits.write(input.name(), document, number, out);
      return target;
    } catch (IOException | RuntimeException e) {
      delete(target);
      throw e;
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // it goes with the process
    }
  }

  private void list(int i, List<Column> all) {
    ColumnInfo info = table.getColumnInfo(i);
    Class<?> content = info.getContentClass();
    if (!content.isArray() || content == boolean[].class) {
      places.putIfAbsent(info.getName(), new Place(i, -1));
      all.add(column(i, info.getName(), type(i, content)));
    }
    if (content.isArray()) {
      int[] shape = info.getShape();
      long length = 1;
      for (int one : shape == null ? new int[0] : shape) {
        length *= Math.max(1, one);
      }
      for (int e = 0; e < Math.min(length, FitsTable.LISTED_ELEMENTS); e++) {
        String called = info.getName() + "[" + e + "]";
        places.putIfAbsent(called, new Place(i, e));
        all.add(column(i, called, elementType(content)));
      }
    }
  }

  private Column column(int number, String called, Column.Type type) {
    ColumnInfo info = table.getColumnInfo(number);
    return new Column(
        called,
        type,
        info.getUnitString(),
        info.getUCD(),
        info.getDescription(),
        number < found.times().size() ? found.times().get(number) : null);
  }

  private static Column.Type elementType(Class<?> content) {
    Class<?> element = content.getComponentType();
    if (element == boolean.class) {
      return Column.Type.TRUTH;
    }
    if (element == float.class || element == double.class) {
      return Column.Type.FLOATING;
    }
    return element.isPrimitive() && element != char.class ? Column.Type.INTEGER : Column.Type.TEXT;
  }

  private Column.Type type(int number, Class<?> content) {
    if (found.bits().contains(number)) {
      return Column.Type.TRUTH;
    }
    if (content == boolean[].class) {
      return Column.Type.BITS;
    }
    if (content == Boolean.class) {
      return Column.Type.TRUTH;
    }
    if (content == Float.class || content == Double.class) {
      return Column.Type.FLOATING;
    }
    return Number.class.isAssignableFrom(content) ? Column.Type.INTEGER : Column.Type.TEXT;
  }

  private @Nullable Place find(String column) {
    Place known = places.get(column);
    if (known != null) {
      return known;
    }
    ArrayElement named = ArrayElement.of(column);
    if (named == null) {
      return null;
    }
    for (int i = 0; i < table.getColumnCount(); i++) {
      ColumnInfo info = table.getColumnInfo(i);
      int[] shape = info.getShape();
      boolean variable = shape != null && shape.length > 0 && shape[shape.length - 1] < 0;
      if (info.getName().equals(named.array()) && info.getContentClass().isArray() && variable) {
        Place found = new Place(i, named.element());
        places.put(column, found);
        return found;
      }
    }
    return null;
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
    ColumnInfo info = table.getColumnInfo(place.column());
    return column(
        place.column(),
        column,
        place.element() < 0
            ? type(place.column(), info.getContentClass())
            : elementType(info.getContentClass()));
  }

  @Override
  public List<String> others() {
    return others;
  }

  @Override
  public List<String> notes() {
    return found.note() == null ? List.of() : List.of(found.note());
  }

  @Override
  public TableFormat format() {
    return format;
  }

  @Override
  public OptionalLong rows() {
    long rows = table.getRowCount();
    return rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows);
  }

  @Override
  public @Nullable TableRow next() {
    try {
      if (!sequence.next()) {
        return null;
      }
      row++;
      String wrong = found.broken().get(row);
      if (wrong != null) {
        throw BrokenRowException.at(name, "row " + row, wrong);
      }
      return new Row(sequence.getRow(), row);
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; check the file".formatted(name, SidereusException.reason(e)), e);
    }
  }

  private final class Row implements TableRow {
    private final Object[] cells;
    private final long number;

    Row(Object[] cells, long number) {
      this.cells = cells;
      this.number = number;
    }

    @Override
    public Cell value(String column) {
      Place place = find(column);
      if (place == null) {
        throw new IllegalArgumentException("there is no column " + column);
      }
      Object value = cells[place.column()];
      if (value != null && place.element() >= 0) {
        value = place.element() < Array.getLength(value) ? Array.get(value, place.element()) : null;
      }
      if (found.bits().contains(place.column()) && value instanceof Number bit) {
        return new Cell.Truth(bit.intValue() != 0);
      }
      String absent = found.absent().get(place.column());
      return absent != null && isAbsent(value, absent) ? Cell.MISSING : convert(value);
    }

    @Override
    public String place() {
      return "row " + number;
    }
  }

  /** Whether a value is the null value of its column, which STIL knows of single integers only. */
  private static boolean isAbsent(@Nullable Object value, String absent) {
    if (!(value instanceof Number number)) {
      return value instanceof String text && text.strip().equals(absent);
    }
    try {
      return value instanceof Float
          ? number.floatValue() == Float.parseFloat(absent)
          : value instanceof Double
              ? number.doubleValue() == Double.parseDouble(absent)
              : number.longValue() == Long.parseLong(absent);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static Cell convert(@Nullable Object value) {
    if (value == null) {
      return Cell.MISSING;
    }
    if (value instanceof Boolean truth) {
      return new Cell.Truth(truth);
    }
    if (value instanceof Float single) {
      return Cell.Floating.of(single.floatValue());
    }
    if (value instanceof Double number) {
      return Cell.Floating.of(number.doubleValue());
    }
    if (value instanceof Number integer) {
      return Cell.Whole.of(integer.longValue());
    }
    if (value instanceof boolean[] bits) {
      BitSet set = new BitSet(bits.length);
      for (int i = 0; i < bits.length; i++) {
        set.set(i, bits[i]);
      }
      return new Cell.Bits(set, bits.length);
    }
    return Cell.Text.of(value.toString());
  }

  @Override
  public void close() {
    try {
      sequence.close();
      table.close();
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
    input.close();
    delete(rewritten);
  }
}
