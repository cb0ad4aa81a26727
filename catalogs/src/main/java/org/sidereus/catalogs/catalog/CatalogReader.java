package org.sidereus.catalogs.catalog;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Cells;
import org.sidereus.catalogs.mapping.Mapped;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Measurement;

/**
 * Reads a catalogue row by row: a table with a mapping, or a CSV file (RFC 4180, UTF-8) with one
 * column for each observable and, optionally, one named {@code <observable>_err}; other columns are
 * ignored. An empty cell means that the quantity was not measured.
 *
 * <p>Without a mapping, the reader gives values that allow no posterior, such as NaN, as they are,
 * and its caller refuses them; with a mapping, such values are missing.
 */
public final class CatalogReader implements AutoCloseable {
  private final CatalogSource source;
  private final Table table;
  private final CatalogLayout layout;
  private long rows;

  /**
   * Opens a catalogue and finds its columns.
   *
   * @param bundles whose observables and covariates are read
   * @throws SidereusException if it cannot be read or lacks a column, or if a bundle needs of every
   *     object what it does not measure
   */
  public CatalogReader(CatalogSource source, Collection<Manifest> bundles, CatalogRoles roles) {
    this.source = source;
    WantedQuantities wanted = new WantedQuantities(bundles);
    table = source.open();
    try {
      layout = CatalogLayout.of(table.columns(), source.name(), wanted, source.mapping(), roles);
      wanted.check(source, layout.quantities().keySet());
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Name of the catalogue, for messages. */
  public String name() {
    return source.name();
  }

  /** Whether the times of observation are in the catalogue. */
  public boolean hasTimes() {
    return layout.time() != null;
  }

  /** Whether the groups are in the catalogue. */
  public boolean hasGroups() {
    return layout.group() != null;
  }

  /** Whether the catalogue names visits, so that an object may have several rows. */
  public boolean hasVisits() {
    return layout.visit() != null;
  }

  /** Number of rows, if the file states it. */
  public OptionalLong rows() {
    return table.rows();
  }

  /**
   * The next row.
   *
   * @return null at the end
   * @throws SidereusException if the row is broken; the message has its place
   */
  public @Nullable CatalogEntry next() {
    TableRow row = table.next();
    if (row == null) {
      return null;
    }
    rows++;
    Cells cells = new Cells(source.name(), row, layout.missing());
    Map<String, Mapped> measured = new LinkedHashMap<>();
    Map<String, Measurement> measurements = new LinkedHashMap<>();
    layout
        .quantities()
        .forEach(
            (name, quantity) -> {
              Mapped one = quantity.of(cells);
              if (one != null) {
                measured.put(name, one);
                measurements.put(name, one.measurement());
              }
            });
    return new CatalogEntry(
        layout.id() == null ? Long.toString(rows) : cells.text(layout.id()),
        layout.group() == null ? "" : cells.text(layout.group()),
        layout.time() == null ? null : cells.text(layout.time()),
        layout.visit() == null ? "" : cells.text(layout.visit()),
        row.place(),
        measurements,
        layout.sharedErrors().of(cells, measured));
  }

  /**
   * The time of a row of a catalogue that has times.
   *
   * @throws SidereusException if it is no time; the message has the row's place
   */
  public Instant timeOf(CatalogEntry entry) {
    String text = Objects.requireNonNull(entry.time(), "the catalogue has no times");
    try {
      return text.matches("-?\\d+")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw broken(
          entry.place(),
          "the time is '%s', which is neither ISO-8601 (2026-01-31T23:59:59Z) nor milliseconds since 1970"
              .formatted(text));
    }
  }

  /** An error that names the catalogue and the place of a row. */
  public SidereusException broken(String place, String what) {
    return new SidereusException(
        "%s, %s: %s; correct or remove the row".formatted(source.name(), place, what));
  }

  @Override
  public void close() {
    table.close();
  }
}
