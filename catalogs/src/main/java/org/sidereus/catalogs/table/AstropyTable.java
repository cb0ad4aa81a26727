package org.sidereus.catalogs.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table in which astropy kept columns that its format does not know. Where there is a column of
 * truth values {@code C.mask} beside {@code C}, a value of C is missing where its mask is true.
 * {@code T.jd1} and {@code T.jd2}, in FITS the elements of a column of times {@code T}, are the
 * column {@code T} of times.
 */
final class AstropyTable implements TableView {
  private static final String MASK = ".mask";

  private final String name;
  private final Table table;
  private final List<Column> schema;
  private final Map<String, String> masks;
  private final Map<String, Julian> times;

  /** A time as the sum of two Julian dates. */
  private record Julian(Column column, String first, String second) {}

  private AstropyTable(
      String name,
      Table table,
      List<Column> schema,
      Map<String, String> masks,
      Map<String, Julian> times) {
    this.name = name;
    this.table = table;
    this.schema = schema;
    this.masks = masks;
    this.times = times;
  }

  /**
   * The table itself if there is nothing of the kind.
   *
   * @param file its name, for messages
   */
  static Table of(String file, Table table) {
    Map<String, String> masks = new HashMap<>();
    Map<String, Julian> times = new HashMap<>();
    List<Column> schema = new ArrayList<>();
    for (Column column : table.schema()) {
      schema.add(column);
      String name = column.name();
      int bracket = name.endsWith("]") ? name.lastIndexOf('[') : name.length();
      String whole = name.substring(0, bracket);
      Column mask = table.column(whole + MASK + name.substring(bracket));
      mask = mask == null ? table.column(whole + MASK) : mask;
      if (mask != null && mask.type() == Column.Type.TRUTH) {
        masks.put(name, mask.name());
      }
      Julian julian = julian(table, column);
      if (julian != null && table.column(julian.column().name()) == null) {
        times.put(julian.column().name(), julian);
        schema.add(julian.column());
      }
    }
    return masks.isEmpty() && times.isEmpty()
        ? table
        : new AstropyTable(file, table, List.copyOf(schema), masks, times);
  }

  private static @Nullable Julian julian(Table table, Column column) {
    String name = column.name();
    String whole;
    String second;
    if (name.endsWith(".jd1")) {
      whole = name.substring(0, name.length() - ".jd1".length());
      second = whole + ".jd2";
    } else if (name.endsWith("[0]")
        && column.times() != null
        && Double.valueOf(TimeFrame.MJD_OF_JD_ZERO).equals(column.times().zeroMjd())) {
      whole = name.substring(0, name.length() - "[0]".length());
      second = whole + "[1]";
      if (table.column(whole + "[2]") != null) {
        return null;
      }
    } else {
      return null;
    }
    Column other = table.column(second);
    if (other == null
        || column.type() != Column.Type.FLOATING
        || other.type() != Column.Type.FLOATING) {
      return null;
    }
    String scale = column.times() == null ? null : column.times().scale();
    return new Julian(
        new Column(
            whole,
            Column.Type.TIME,
            null,
            column.ucd(),
            column.description(),
            new TimeFrame(null, scale, null)),
        name,
        second);
  }

  @Override
  public List<Column> schema() {
    return schema;
  }

  @Override
  public @Nullable Column column(String column) {
    Julian julian = times.get(column);
    return julian == null ? table.column(column) : julian.column();
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public @Nullable TableRow next() {
    TableRow row = table.next();
    return row == null ? null : new Row(row);
  }

  private final class Row implements TableRow {
    private final TableRow row;

    Row(TableRow row) {
      this.row = row;
    }

    @Override
    public Cell value(String column) {
      Julian julian = times.get(column);
      if (julian != null) {
        return time(column, value(julian.first()), value(julian.second()));
      }
      String mask = masks.get(column);
      return mask != null && isTrue(mask) ? Cell.MISSING : row.value(column);
    }

    private boolean isTrue(String mask) {
      return row.value(mask) instanceof Cell.Truth truth && truth.value();
    }

    private Cell time(String column, Cell first, Cell second) {
      if (!(first instanceof Cell.Floating days) || !(second instanceof Cell.Floating fraction)) {
        return Cell.MISSING;
      }
      double mjd = days.value() + TimeFrame.MJD_OF_JD_ZERO + fraction.value();
      if (!Double.isFinite(mjd)) {
        throw BrokenRowException.at(
            name, place(), "the Julian date of the time %s is %s".formatted(column, mjd));
      }
      return new Cell.Time(
          Instant.ofEpochMilli(Math.round((mjd - TimeFrame.MJD_OF_1970) * TimeFrame.MS_PER_DAY)));
    }

    @Override
    public String place() {
      return row.place();
    }
  }
}
