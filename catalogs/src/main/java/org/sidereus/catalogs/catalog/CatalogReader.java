package org.sidereus.catalogs.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Cells;
import org.sidereus.catalogs.mapping.Condition;
import org.sidereus.catalogs.mapping.Mapped;
import org.sidereus.catalogs.mapping.Missing;
import org.sidereus.catalogs.mapping.Outcome;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.catalogs.time.TimeReader;
import org.sidereus.catalogs.time.WrittenCells;
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
  private final Reasons reasons;
  private final @Nullable TimeReader times;
  private final @Nullable DateResolution dates;
  private BitSet replaced = new BitSet();
  private long rows;

  /**
   * Opens a catalogue and finds its columns.
   *
   * @param bundles whose observables and covariates are read
   * @throws SidereusException if it cannot be read or lacks a column, or if a bundle needs of every
   *     object what it does not measure
   */
  public CatalogReader(CatalogSource source, Collection<Manifest> bundles, CatalogRoles roles) {
    this(source, bundles, roles, new Reasons());
  }

  /**
   * Opens a catalogue and finds its columns.
   *
   * @param bundles whose observables and covariates are read
   * @param reasons gets why values are missing and rows are not selected
   * @throws SidereusException if it cannot be read or lacks a column, if a unit contradicts the
   *     mapping or a bundle, or if a bundle needs of every object what it does not measure
   */
  public CatalogReader(
      CatalogSource source, Collection<Manifest> bundles, CatalogRoles roles, Reasons reasons) {
    this.source = source;
    this.reasons = reasons;
    WantedQuantities wanted = new WantedQuantities(bundles);
    table = source.open();
    try {
      layout = CatalogLayout.of(table, source.name(), wanted, source.mapping(), roles);
      wanted.check(source, layout.quantities().keySet());
      RoleColumns found = layout.roles();
      Column time = found.time() == null ? null : table.column(found.time());
      Column ofDay = found.timeOfDay() == null ? null : table.column(found.timeOfDay());
      times = time == null ? null : new TimeReader(time, ofDay, roles.timeStyle());
      dates = times == null || ofDay != null ? null : layout.dates(times, table.columns());
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
    return layout.roles().time() != null;
  }

  /** Whether the groups are in the catalogue. */
  public boolean hasGroups() {
    return layout.roles().group() != null;
  }

  /** Whether the catalogue names visits, so that an object may have several rows. */
  public boolean hasVisits() {
    return layout.roles().visit() != null;
  }

  /** Whether a column identifies the objects; otherwise the number of the row does. */
  public boolean hasIdentifiers() {
    return layout.roles().id() != null;
  }

  /** What the user should know of the columns that were chosen. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (layout.roles().id() == null) {
      notes.add(name() + " has no column of identifiers; objects have the numbers of their rows");
    } else if (layout.roles().isIdGuessed()) {
      notes.add(
          "the identifiers are taken from the column %s (--id-column names another one)"
              .formatted(layout.roles().id()));
    }
    if (!table.others().isEmpty()) {
      notes.add(
          "%s has other tables, which are not read: %s (--table names one)"
              .formatted(name(), String.join(", ", table.others())));
    }
    for (String flag : layout.unusedLimits()) {
      notes.add(
          "the column %s marks limits, and no flag of the mapping reads it: limits are taken as values"
              .formatted(flag));
    }
    return notes;
  }

  /** What the user should know of the table and of the times of the rows that were read. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(table.notes());
    warnings.addAll(dates == null ? List.of() : dates.notes());
    return warnings;
  }

  /** Leaves out the rows that later ones of the same object replace. */
  public void leaveOut(RepeatedIdentifiers repeated) {
    replaced = repeated.superseded();
  }

  /** Number of the row that {@link #next} gave last, from 0, in the file. */
  long row() {
    return rows - 1;
  }

  /**
   * The next row.
   *
   * @return null at the end
   * @throws SidereusException if the row is broken; the message has its place
   */
  public @Nullable CatalogEntry next() {
    for (TableRow row = table.next(); row != null; row = table.next()) {
      rows++;
      Cells cells = new Cells(source.name(), row, layout.missing());
      Condition unmet = layout.unmet(cells);
      if (unmet == null && replaced.get(Math.toIntExact(rows - 1))) {
        reasons.addLeftOut(
            row.place(), name(cells), "replaced", "replaced by a later row of the same object");
        continue;
      }
      if (unmet == null) {
        return entry(cells);
      }
      reasons.addLeftOut(row.place(), name(cells), "not selected", "not selected: " + unmet.text());
    }
    return null;
  }

  private CatalogEntry entry(Cells cells) {
    String id = id(cells);
    String place = cells.row().place();
    Map<String, Mapped> measured = new LinkedHashMap<>();
    Map<String, Measurement> measurements = new LinkedHashMap<>();
    Map<String, Missing> missing = new LinkedHashMap<>();
    layout
        .quantities()
        .forEach(
            (name, quantity) -> {
              Outcome one = quantity.of(cells);
              if (one instanceof Mapped mapped) {
                measured.put(name, mapped);
                measurements.put(name, mapped.measurement());
              } else {
                missing.put(name, (Missing) one);
                reasons.addMissing(place, id, name, (Missing) one);
              }
            });
    return new CatalogEntry(
        id,
        layout.roles().group() == null ? "" : cells.name(layout.roles().group()),
        time(cells.row()),
        layout.roles().visit() == null ? "" : cells.name(layout.roles().visit()),
        place,
        measurements,
        missing,
        layout.sharedErrors().of(cells, measured));
  }

  private @Nullable WrittenCells time(TableRow row) {
    RoleColumns roles = layout.roles();
    if (roles.time() == null) {
      return null;
    }
    Cell time = row.value(roles.time());
    if (dates != null) {
      dates.see(time);
    }
    return new WrittenCells(time, roles.timeOfDay() == null ? null : row.value(roles.timeOfDay()));
  }

  /** The identifier of a row, as far as it has one. */
  private String name(Cells cells) {
    return layout.roles().id() == null ? Long.toString(rows) : cells.name(layout.roles().id());
  }

  private String id(Cells cells) {
    String id = name(cells);
    if (layout.roles().id() == null) {
      return id;
    }
    String wrong = Identifiers.wrong(cells.row().value(layout.roles().id()));
    if (wrong != null) {
      throw cells.broken(wrong);
    }
    return id;
  }

  /** Where the reasons of missing values and left out objects go. */
  public Reasons reasons() {
    return reasons;
  }

  /**
   * The time of a row of a catalogue that has times.
   *
   * @throws SidereusException if it is no time, or a number of a format that nobody says; the
   *     message has the row's place
   */
  public Instant timeOf(CatalogEntry entry) {
    WrittenCells cells = Objects.requireNonNull(entry.time(), "the catalogue has no times");
    try {
      return Objects.requireNonNull(times, "times").read(cells);
    } catch (SidereusException e) {
      throw broken(entry.place(), String.valueOf(e.getMessage()));
    }
  }

  /** An error that names the catalogue and the place of a row. */
  public BrokenRowException broken(String place, String what) {
    return BrokenRowException.at(source.name(), place, what);
  }

  @Override
  public void close() {
    table.close();
  }
}
