package org.sidereus.catalogs.table;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.GZIPInputStream;
import nom.tam.fits.BasicHDU;
import nom.tam.fits.BinaryTable;
import nom.tam.fits.BinaryTableHDU;
import nom.tam.fits.Fits;
import nom.tam.fits.FitsException;
import nom.tam.fits.Header;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A binary table of a FITS file (FITS standard 4.0, section 7.3). Cells are read from the file one
 * by one, so that a table of any size fits into memory; a gzipped file is unpacked into a temporary
 * one first. The elements of an array column {@code P} are the columns {@code P[0]}, {@code P[1]},
 * ... Integers equal to {@code TNULLn} and NaN are empty cells; {@code TSCALn} and {@code TZEROn}
 * are applied.
 */
public final class FitsTable implements Table {
  /** A field, because a logger without a reference loses its level. */
  private static final Logger PARSER_LOG = Logger.getLogger("nom.tam.fits");

  static {
    // It logs stack traces for files that are no FITS; the errors below have one line.
    PARSER_LOG.setLevel(Level.OFF);
  }

  private final Path file;
  private final @Nullable Path unpacked;
  private final Fits fits;
  private final BinaryTable table;
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Place> cells = new HashMap<>();
  private final int rows;
  private int row = -1;

  /**
   * Where a value lies in a row.
   *
   * @param column number of the FITS column, from 0
   * @param element number of the element in the column, from 0
   * @param absent integer that means an empty cell; null: none
   */
  private record Place(int column, int element, @Nullable Long absent, double scale, double zero) {}

  /**
   * Opens a table and reads its header.
   *
   * @param hdu number of the header-data unit, 0 is the primary one; the first table is mostly 1
   * @throws SidereusException if the file cannot be read or has no binary table there
   */
  public FitsTable(Path file, int hdu) {
    this.file = file;
    @Nullable Path temporary = null;
    @Nullable Fits opened = null;
    try {
      temporary = isGzipped(file) ? unpack(file) : null;
      opened = new Fits((temporary == null ? file : temporary).toFile());
      BasicHDU<?> unit = opened.getHDU(hdu);
      if (unit == null) {
        throw new SidereusException(
            "%s has no HDU %d: it is no FITS file, ends too early, or source.hdu of the mapping is too large; check both"
                .formatted(file, hdu));
      }
      if (!(unit instanceof BinaryTableHDU binary)) {
        throw new SidereusException(
            "%s has no binary table in HDU %d; set source.hdu of the mapping to one that is a table"
                .formatted(file, hdu));
      }
      table = binary.getData();
      rows = binary.getNRows();
      Header header = binary.getHeader();
      for (int i = 0; i < binary.getNCols(); i++) {
        addColumn(header, i);
      }
    } catch (IOException | FitsException | IllegalArgumentException e) {
      discard(opened, temporary);
      throw unreadable(e);
    } catch (RuntimeException e) {
      discard(opened, temporary);
      throw e;
    }
    fits = opened;
    unpacked = temporary;
  }

  private void addColumn(Header header, int i) {
    int number = i + 1;
    String name = header.getStringValue("TTYPE" + number, "column" + number).strip();
    String form = header.getStringValue("TFORM" + number, "").strip();
    @Nullable String absent = header.findCard("TNULL" + number) == null ? null : "TNULL" + number;
    @Nullable Long absentValue = absent == null ? null : (Long) header.getLongValue(absent);
    double scale = header.getDoubleValue("TSCAL" + number, 1);
    double zero = header.getDoubleValue("TZERO" + number, 0);
    int elements = elements(form);
    for (int element = 0; element < elements; element++) {
      String column = elements == 1 ? name : name + "[" + element + "]";
      columns.add(column);
      cells.putIfAbsent(column, new Place(i, element, absentValue, scale, zero));
    }
  }

  /** Number of values in a cell of a column of this format; formats that are not read have none. */
  private static int elements(String form) {
    int digits = 0;
    while (digits < form.length() && Character.isDigit(form.charAt(digits))) {
      digits++;
    }
    if (digits == form.length()) {
      return 0;
    }
    char type = form.charAt(digits);
    if (type == 'A') {
      return 1; // characters of one text
    }
    boolean single = "LBIJKED".indexOf(type) >= 0;
    return single ? (digits == 0 ? 1 : Integer.parseInt(form.substring(0, digits))) : 0;
  }

  @Override
  public List<Column> schema() {
    return columns.stream().map(Column::untyped).toList();
  }

  @Override
  public @Nullable Column column(String name) {
    return cells.containsKey(name) ? Column.untyped(name) : null;
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
    if (row + 1 >= rows) {
      return null;
    }
    row++;
    return new FitsRow(row);
  }

  private final class FitsRow implements TableRow {
    private final int index;

    FitsRow(int index) {
      this.index = index;
    }

    @Override
    public Cell value(String column) {
      Place cell = Objects.requireNonNull(cells.get(column), column);
      try {
        return Cell.Text.of(text(table.getElement(index, cell.column()), cell));
      } catch (FitsException e) {
        throw unreadable(e);
      }
    }

    @Override
    public String place() {
      return "row " + (index + 1);
    }
  }

  private static String text(@Nullable Object element, Place cell) {
    Object value =
        element != null && element.getClass().isArray()
            ? Array.get(element, cell.element())
            : element;
    if (value instanceof Boolean logical) {
      return logical ? "1" : "0";
    }
    if (!(value instanceof Number number)) {
      return value == null ? "" : value.toString().strip();
    }
    if (number instanceof Float || number instanceof Double) {
      if (Double.isNaN(number.doubleValue())) {
        return "";
      }
    } else {
      long integer = number instanceof Byte b ? Byte.toUnsignedLong(b) : number.longValue();
      if (cell.absent() != null && cell.absent() == integer) {
        return "";
      }
      number = integer;
    }
    boolean scaled = cell.scale() != 1 || cell.zero() != 0;
    return scaled
        ? Double.toString(number.doubleValue() * cell.scale() + cell.zero())
        : number.toString();
  }

  @Override
  public void close() {
    discard(fits, unpacked);
  }

  private static void discard(@Nullable Fits fits, @Nullable Path temporary) {
    try {
      if (fits != null) {
        fits.close();
      }
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
  }

  private static boolean isGzipped(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return bytes.read() == 0x1f && bytes.read() == 0x8b;
    }
  }

  private static Path unpack(Path file) throws IOException {
    Path target = Files.createTempFile("sidereus-", ".fits");
    File onExit = target.toFile();
    onExit.deleteOnExit(); // if this process is stopped before the table is closed
    try (InputStream bytes =
        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  private SidereusException unreadable(Exception cause) {
    return new SidereusException(
        "%s cannot be read as FITS: %s; name a FITS file, or set source.kind of the mapping"
            .formatted(file, cause.getMessage()),
        cause);
  }
}
