package org.sidereus.catalogs.command;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.table.TableFormat;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.catalogs.time.TimeFormat;
import org.sidereus.catalogs.time.TimeScale;
import org.sidereus.catalogs.time.TimeStyle;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for the objects of a table, for every command that reads a table. */
public final class ObjectOptions {
  @Option(
      names = "--mapping",
      paramLabel = "JSON",
      description =
          "How the columns of the catalogue become measurements (see docs/guide/catalogs.md and the"
              + " folder surveys; default: columns have the observables' names).")
  private @Nullable Path mapping;

  @Option(
      names = "--format",
      paramLabel = "F",
      converter = TableFormatConverter.class,
      description =
          "Format of the file: csv, tsv, ascii, fixed, ecsv, mrt, ipac, fits, votable, parquet,"
              + " feather, numpy or hdf5 (default: what its first bytes show, which are believed"
              + " for formats that they prove).")
  private @Nullable TableFormat format;

  @Option(
      names = "--encoding",
      paramLabel = "E",
      description =
          "Encoding of the texts of the file, such as ISO-8859-1 (default: that of the mapping,"
              + " else UTF-8).")
  private @Nullable Charset encoding;

  @Option(
      names = "--table",
      paramLabel = "T",
      description =
          "Which table of the file: number or name of a FITS unit, number of a VOTable's table,"
              + " path in an HDF5 file, or member of an npz file (default: that of the mapping,"
              + " else the first).")
  private @Nullable String table;

  @Option(
      names = "--id-column",
      paramLabel = "C",
      description =
          "Column of the object's identifier (default: the column whose name is likeliest, such as"
              + " object, id or source_id, else the first column if it is no observable, else the"
              + " number of the row).")
  private @Nullable String idColumn;

  @Option(
      names = "--visit-column",
      paramLabel = "C",
      description =
          "Column of the visit: rows of one object with different visits are independent"
              + " measurements of the same quantities and are combined (default: visit).")
  private @Nullable String visitColumn;

  @Option(
      names = "--time-format",
      paramLabel = "F",
      converter = FormatConverter.class,
      description =
          "How times are written: iso, day_month_year, month_day_year, mjd, jd, decimal_year,"
              + " unix_seconds or unix_milliseconds"
              + " (default: that of the mapping, else the unit of the column, else iso; a number"
              + " without any of them is refused).")
  private @Nullable TimeFormat timeFormat;

  @Option(
      names = "--time-scale",
      paramLabel = "S",
      converter = ScaleConverter.class,
      description =
          "Scale of the times: utc, tai, tt, tdb or gps (default: that of the mapping, else that"
              + " of the table, else utc).")
  private @Nullable TimeScale timeScale;

  @Option(
      names = "--left-out",
      paramLabel = "CSV",
      description =
          "List every value that is missing and every object that is left out, with the reason:"
              + " row, object, quantity (empty: the whole object), reason.")
  private @Nullable Path leftOut;

  @ArgGroup private GroupOptions group = new GroupOptions();

  private static final class FormatConverter implements ITypeConverter<TimeFormat> {
    @Override
    public TimeFormat convert(String text) {
      return word(text, TimeFormat.options());
    }
  }

  private static final class ScaleConverter implements ITypeConverter<TimeScale> {
    @Override
    public TimeScale convert(String text) {
      return word(text, TimeScale.options());
    }
  }

  private static <T> T word(String text, Map<String, T> words) {
    T value = words.get(text.toLowerCase(Locale.ROOT));
    if (value == null) {
      throw new TypeConversionException(
          "'%s' is none of %s".formatted(text, String.join(", ", words.keySet())));
    }
    return value;
  }

  /** Reads the name of a format. */
  private static final class TableFormatConverter implements ITypeConverter<TableFormat> {
    @Override
    public TableFormat convert(String text) {
      TableFormat format = TableFormat.of(text);
      if (format == null) {
        throw new TypeConversionException(
            "'%s' is none of %s".formatted(text, TableFormat.options()));
      }
      return format;
    }
  }

  /** One of the two. */
  private static final class GroupOptions {
    @Option(
        names = "--group-column",
        paramLabel = "C",
        description = "Column of the object's group; where it is empty the object is not combined.")
    private @Nullable String column;

    @Option(
        names = "--group",
        paramLabel = "NAME",
        description = "Combine all objects into the group of this name.")
    private @Nullable String name;
  }

  /**
   * The catalogue in a file, with the mapping if one was given.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be read
   */
  public CatalogSource source(Path file) {
    return CatalogSource.of(
        file,
        mapping == null ? null : Mapping.read(mapping),
        new TableSource(format, table, encoding));
  }

  /**
   * The columns that the options name.
   *
   * @param time column of the time of observation; null: the command has no such option, or it was
   *     not given
   */
  public ColumnOptions columns(@Nullable String time) {
    return new ColumnOptions(
        idColumn,
        new Grouping(group.column, group.name),
        time,
        visitColumn,
        new TimeStyle(timeFormat, timeScale));
  }

  /** A list of reasons, in the file that the options name; it appears with its commit. */
  public ReasonsFile reasons() {
    return new ReasonsFile(leftOut);
  }
}
