package org.sidereus.catalogs.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Cells;
import org.sidereus.catalogs.mapping.Mapped;
import org.sidereus.catalogs.mapping.MappedQuantity;
import org.sidereus.catalogs.mapping.MappedSharedError;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.Measurement;

/**
 * Which columns of a table are read, and as what.
 *
 * @param quantities what is measured, by name of observable or covariate
 * @param sharedErrors errors that these share
 * @param missing what stands for a missing value
 * @param id column of the identifier; null: the number of the row
 * @param group column of the group; null: there is none
 * @param time column of the time; null: there is none
 * @param visit column of the visit; null: there is none
 */
record CatalogLayout(
    Map<String, Quantity> quantities,
    SharedErrorColumns sharedErrors,
    Cells.Missing missing,
    @Nullable String id,
    @Nullable String group,
    @Nullable String time,
    @Nullable String visit) {
  private static final String ERROR_SUFFIX = "_err";
  private static final List<String> ID_NAMES = List.of("object", "id");
  private static final int NEAR_NAMES = 5;

  /** Reads one observable or covariate; null where it was not measured. */
  @FunctionalInterface
  interface Quantity {
    @Nullable Mapped of(Cells cells);
  }

  /** Finds the columns of one table. */
  private record Header(List<String> columns, String file) {
    boolean has(String name) {
      int first = columns.indexOf(name);
      if (first != columns.lastIndexOf(name)) {
        throw new SidereusException(
            "%s has the column %s twice; rename or remove one".formatted(file, name));
      }
      return first >= 0;
    }

    @Nullable String find(ColumnChoice choice) {
      if (choice.name() == null || has(choice.name())) {
        return choice.name();
      }
      if (choice.required()) {
        throw new SidereusException(
            columns.size() > 3 * NEAR_NAMES
                ? "%s has no column %s; near ones are %s"
                    .formatted(file, choice.name(), near(choice.name()))
                : "%s has no column %s; its columns are %s"
                    .formatted(file, choice.name(), String.join(", ", columns)));
      }
      return null;
    }

    String near(String name) {
      return String.join(", ", Nearest.list(name, columns, NEAR_NAMES));
    }
  }

  /**
   * Finds the columns.
   *
   * @param columns names of the table's columns
   * @param file name of the file, for messages
   * @param quantitiesOfBundles the observables and covariates to read, as far as they are there
   * @param mapping null: columns have the names of the observables, and errors that with {@code
   *     _err}
   * @throws SidereusException if a column is missing or there twice
   */
  static CatalogLayout of(
      List<String> columns,
      String file,
      WantedQuantities quantitiesOfBundles,
      @Nullable Mapping mapping,
      CatalogRoles roles) {
    Header header = new Header(columns, file);
    Set<String> wanted = quantitiesOfBundles.names();
    Map<String, Quantity> quantities = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>();
    for (String name : wanted) {
      if (mapping == null) {
        if (header.has(name)) {
          String error = header.has(name + ERROR_SUFFIX) ? name + ERROR_SUFFIX : null;
          quantities.put(name, cells -> plain(cells, name, error));
          used.add(name);
          used.add(name + ERROR_SUFFIX);
        }
      } else if (mapping.measurements().containsKey(name)) {
        MappedQuantity quantity = mapping.measurements().get(name);
        check(header, mapping, name, quantity);
        if (quantity.isOfAge()) {
          quantity = quantity.inUniverse(quantitiesOfBundles.ageOfUniverseGyr(name, mapping));
        }
        quantities.put(name, quantity::of);
        used.addAll(quantity.columns());
      }
    }
    if (quantities.isEmpty()) {
      throw new SidereusException(
          mapping == null
              ? "%s has none of the columns %s; name at least one in line 1, choose another bundle, or give a mapping"
                  .formatted(file, String.join(", ", wanted))
              : "%s maps none of %s, which the bundle reads; add one under measurements, or choose another bundle"
                  .formatted(mapping.file(), String.join(", ", wanted)));
    }
    String group = header.find(roles.group());
    String time = header.find(roles.time());
    String visit = header.find(roles.visit());
    String id = header.find(roles.id());
    for (String name : ID_NAMES) {
      id = id == null && !wanted.contains(name) && header.has(name) ? name : id;
    }
    String first = columns.get(0);
    boolean firstIsFree =
        !first.equals(group)
            && !first.equals(time)
            && !first.equals(visit)
            && !used.contains(first);
    if (id == null && firstIsFree) {
      id = first;
    }
    return new CatalogLayout(
        Collections.unmodifiableMap(quantities),
        sharedErrors(header, mapping),
        mapping == null ? Cells.Missing.NOTHING_BUT_EMPTY : mapping.missing(),
        id,
        group,
        time,
        visit);
  }

  private static void check(Header header, Mapping mapping, String name, MappedQuantity quantity) {
    for (String column : quantity.columns()) {
      if (!header.has(column)) {
        throw new SidereusException(
            "%s, measurements.%s: %s has no column '%s'; near ones are %s"
                .formatted(mapping.file(), name, header.file(), column, header.near(column)));
      }
    }
  }

  private static SharedErrorColumns sharedErrors(Header header, @Nullable Mapping mapping) {
    if (mapping == null) {
      boolean given = header.has(SharedErrorText.COLUMN);
      return new SharedErrorColumns.Plain(given ? SharedErrorText.COLUMN : null, header.columns());
    }
    for (MappedSharedError shared : mapping.sharedErrors()) {
      for (String column : shared.error().columns()) {
        if (!header.has(column)) {
          throw new SidereusException(
              "%s, shared_errors: %s has no column '%s'; near ones are %s"
                  .formatted(mapping.file(), header.file(), column, header.near(column)));
        }
      }
    }
    return new SharedErrorColumns.OfMapping(mapping.sharedErrors(), mapping.sharedColumns());
  }

  private static @Nullable Mapped plain(Cells cells, String name, @Nullable String errorColumn) {
    Double value = cells.number(name, "value of " + name);
    if (value == null) {
      return null;
    }
    Double error = errorColumn == null ? null : cells.number(errorColumn, "error of " + name);
    return new Mapped(new Measurement(value, error), Map.of());
  }
}
