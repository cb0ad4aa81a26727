package org.sidereus.catalogs.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Cells;
import org.sidereus.catalogs.mapping.ColumnUnits;
import org.sidereus.catalogs.mapping.Condition;
import org.sidereus.catalogs.mapping.ErrorSource;
import org.sidereus.catalogs.mapping.Estimate;
import org.sidereus.catalogs.mapping.Expression;
import org.sidereus.catalogs.mapping.Mapped;
import org.sidereus.catalogs.mapping.MappedQuantity;
import org.sidereus.catalogs.mapping.MappedSharedError;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.mapping.Missing;
import org.sidereus.catalogs.mapping.NamedUnit;
import org.sidereus.catalogs.mapping.Outcome;
import org.sidereus.catalogs.mapping.Sentinels;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.time.TimeOfDay;
import org.sidereus.catalogs.time.TimeReader;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.Measurement;

/**
 * Which columns of a table are read, and as what.
 *
 * @param quantities what is measured, by name of observable or covariate
 * @param sharedErrors errors that these share
 * @param missing what stands for a missing value
 * @param where conditions on the rows
 * @param roles columns that identify an object
 * @param unusedLimits columns that mark limits of a measured column and that no flag reads
 */
record CatalogLayout(
    Map<String, Quantity> quantities,
    SharedErrorColumns sharedErrors,
    Sentinels missing,
    List<Condition> where,
    RoleColumns roles,
    List<String> unusedLimits) {
  private static final String ERROR_SUFFIX = "_err";

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  /** What tables of the CDS put before the name of a column to name that of its limit flag. */
  private static final String LIMIT_PREFIX = "l_";

  private static final int NEAR_NAMES = 5;

  /** What a lower and an upper error add to the name of an error. */
  private static final String SIDE = "(?:lo|low|lower|up|upp|upper|hi|high|plus|minus|pos|neg)";

  /** What other programs call an error, before or behind the name of the quantity. */
  private static final Pattern ERROR_WORDS =
      Pattern.compile(
          "(?i)^(?:e|d|err|error|sigma|sig|unc|std|sd|delta|ivar|var)[_ .]"
              + "|[_ .](?:e|sig|unc|std|sd|var|variance|p?16|p?84|16th|84th)$"
              + "|[_ .]?(?:err|errors?|sigma|uncertainty|stddev|ivar|inverse_variance)"
              + ("(?:[_ .]?(?:" + SIDE + "|[pmnlu12+-]))?$")
              + ("|[_ .]" + SIDE + "(?:[_ .]?err(?:or)?)?$"));

  /** Reads one observable or covariate. */
  @FunctionalInterface
  interface Quantity {
    Outcome of(Cells cells);
  }

  /** The first condition that a row does not meet; null if it is selected. */
  @Nullable Condition unmet(Cells cells) {
    for (Condition one : where) {
      if (!one.holds(cells)) {
        return one;
      }
    }
    return null;
  }

  /** Sees whether the times are dates alone. */
  DateResolution dates(TimeReader times, List<String> columns) {
    return new DateResolution(
        times, Objects.requireNonNull(roles.time(), "time"), columns, roles.names());
  }

  /** Finds the columns of one table. */
  private record Header(Table table, List<String> columns, String file) {
    ColumnUnits units(String place) {
      return new ColumnUnits(this::unit, file, place);
    }

    private @Nullable String unit(String name) {
      Column column = table.column(name);
      return column == null ? null : column.unit();
    }

    /**
     * What is said where the first table of a file is likely not the one that is meant, or where
     * its first line has values.
     */
    String others() {
      long numbers = columns.stream().filter(name -> NUMBER.matcher(name).matches()).count();
      if (2 * numbers >= columns.size() && columns.size() > 1) {
        return "; its columns are called %s, so that its names are missing: write them as the first line"
            .formatted(String.join(", ", columns.subList(0, Math.min(5, columns.size()))));
      }
      return table.others().isEmpty()
          ? ""
          : "; it has other tables: %s (--table names one)"
              .formatted(String.join(", ", table.others()));
    }

    boolean has(String name) {
      int first = columns.indexOf(name);
      if (first != columns.lastIndexOf(name)) {
        throw new SidereusException(
            "%s has the column %s twice; rename or remove one".formatted(file, name));
      }
      return first >= 0 || table.column(name) != null;
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

    /** Errors in a column of another name would be lost without a word. */
    void checkNoOtherError(String quantity) {
      for (String column : columns) {
        String name = NamedUnit.of(column).name();
        Matcher words = ERROR_WORDS.matcher(name);
        if (words.find()
            && plain(words.replaceAll("")).equals(plain(quantity))
            && !plain(name).equals(plain(quantity))) {
          throw new SidereusException(
              "%s has the column %s, and the errors of %s are in %s%s; rename it, or give a mapping"
                  .formatted(file, column, quantity, quantity, ERROR_SUFFIX));
        }
      }
    }

    /** An upper limit would be taken as a value without a word. */
    void checkNoLimits(String quantity) {
      String flag = LIMIT_PREFIX + quantity;
      if (has(flag)) {
        throw new SidereusException(
            "%s has the column %s, which marks limits of %s; give a mapping with a flag that says which are no values: {\"column\": \"%s\", \"values\": [\"<\", \">\"]}"
                .formatted(file, flag, quantity, flag));
      }
    }

    /** A quantity under its name in another spelling would be lost without a word. */
    void checkNoOtherName(String quantity) {
      for (String column : columns) {
        if (plain(NamedUnit.of(column).name()).equals(plain(quantity))) {
          throw new SidereusException(
              "%s has the column '%s' and not %s; rename it if it is the same in the unit of the bundle, or give a mapping"
                  .formatted(file, column, quantity));
        }
      }
    }

    private static String plain(String name) {
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    String near(String name) {
      return String.join(", ", Nearest.list(name, columns, NEAR_NAMES));
    }
  }

  /**
   * Finds the columns.
   *
   * @param table whose columns are found
   * @param file name of the file, for messages
   * @param quantitiesOfBundles the observables and covariates to read, as far as they are there
   * @param mapping null: columns have the names of the observables, and errors that with {@code
   *     _err}
   * @throws SidereusException if a column is missing or there twice, or a unit is contradicted
   */
  static CatalogLayout of(
      Table table,
      String file,
      WantedQuantities quantitiesOfBundles,
      @Nullable Mapping mapping,
      CatalogRoles roles) {
    List<String> columns = table.columns();
    Header header = new Header(table, columns, file);
    Set<String> wanted = quantitiesOfBundles.names();
    Map<String, Quantity> quantities = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>();
    for (String name : wanted) {
      if (mapping == null) {
        if (header.has(name)) {
          header.checkNoLimits(name);
          String error = header.has(name + ERROR_SUFFIX) ? name + ERROR_SUFFIX : null;
          if (error == null) {
            header.checkNoOtherError(name);
          }
          quantities.put(name, plain(header, quantitiesOfBundles, name, error));
          used.add(name);
          used.add(name + ERROR_SUFFIX);
        } else {
          header.checkNoOtherName(name);
        }
      } else if (mapping.measurements().containsKey(name)) {
        MappedQuantity quantity = mapping.measurements().get(name);
        check(header, mapping, name, quantity);
        if (quantity.isOfAge()) {
          quantity = quantity.inUniverse(quantitiesOfBundles.ageOfUniverseGyr(name, mapping));
        }
        quantity =
            quantity.forTable(
                header.units("%s, measurements.%s".formatted(mapping.file(), name)),
                quantitiesOfBundles.unit(name));
        quantities.put(name, quantity::of);
        used.addAll(quantity.columns());
      }
    }
    if (quantities.isEmpty()) {
      throw new SidereusException(
          mapping == null
              ? "%s has none of the columns %s; name at least one, choose another bundle, or give a mapping%s"
                  .formatted(file, String.join(", ", wanted), header.others())
              : "%s maps none of %s, which the bundle reads; add one under measurements, or choose another bundle"
                  .formatted(mapping.file(), String.join(", ", wanted)));
    }
    return new CatalogLayout(
        Collections.unmodifiableMap(quantities),
        sharedErrors(header, mapping),
        mapping == null ? Sentinels.NONE : mapping.missing(),
        mapping == null ? List.of() : where(header, mapping),
        roles(header, roles, used, wanted),
        used.stream()
            .map(column -> LIMIT_PREFIX + column)
            .filter(flag -> header.has(flag) && !used.contains(flag) && !isRead(mapping, flag))
            .toList());
  }

  private static RoleColumns roles(
      Header header, CatalogRoles roles, Set<String> used, Set<String> wanted) {
    List<String> columns = header.columns();
    String group = header.find(roles.group());
    String time = header.find(roles.time());
    TimeOfDay ofDay = roles.timeStyle().timeOfDay();
    String timeOfDay =
        time == null || ofDay == null ? null : header.find(ColumnChoice.required(ofDay.column()));
    String visit = header.find(roles.visit());
    String id = header.find(roles.id());
    boolean isIdGuessed = id == null;
    if (id == null) {
      Set<String> taken = new LinkedHashSet<>(used);
      taken.addAll(wanted);
      Stream.of(group, time, timeOfDay, visit).filter(Objects::nonNull).forEach(taken::add);
      id = IdentifierColumns.guess(columns, taken);
      id = id != null && header.has(id) ? id : null;
    }
    String first = columns.get(0);
    boolean firstIsFree =
        !first.equals(group)
            && !first.equals(time)
            && !first.equals(timeOfDay)
            && !first.equals(visit)
            && !used.contains(first);
    if (id == null && firstIsFree) {
      id = first;
    }
    return new RoleColumns(id, isIdGuessed, group, time, timeOfDay, visit);
  }

  private static boolean isRead(@Nullable Mapping mapping, String column) {
    return mapping != null
        && mapping.where().stream().anyMatch(one -> one.columns().contains(column));
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
    for (MappedSharedError shared : mapping.sharedErrors().errors()) {
      for (String column : shared.error().columns()) {
        if (!header.has(column)) {
          throw new SidereusException(
              "%s, shared_errors: %s has no column '%s'; near ones are %s"
                  .formatted(mapping.file(), header.file(), column, header.near(column)));
        }
      }
    }
    return new SharedErrorColumns.OfMapping(
        mapping.sharedErrors().errors(), mapping.sharedErrors().ofCommonColumns());
  }

  private static List<Condition> where(Header header, Mapping mapping) {
    for (Condition condition : mapping.where()) {
      for (String column : condition.columns()) {
        if (!header.has(column)) {
          throw new SidereusException(
              "%s, where: %s has no column '%s'; near ones are %s"
                  .formatted(mapping.file(), header.file(), column, header.near(column)));
        }
      }
    }
    return mapping.where();
  }

  /** A column that has the name of the quantity, in the unit of the bundle. */
  private static Quantity plain(
      Header header, WantedQuantities wanted, String name, @Nullable String errorColumn) {
    ColumnUnits units = header.units(header.file());
    ErrorSource errors =
        errorColumn == null
            ? new ErrorSource.Exact()
            : new ErrorSource.StandardDeviation(errorColumn, false, 1);
    MappedQuantity converted =
        MappedQuantity.of(new Expression.Column(name, errors, null))
            .forTable(units, wanted.unit(name));
    if (!converted.equals(MappedQuantity.of(new Expression.Column(name, errors, null)))) {
      return converted::of;
    }
    return cells -> {
      double value = plain(cells, name, "value of " + name);
      if (cells.isMissing(name)) {
        return Missing.of(name + " is empty", cells.raw(name));
      }
      Double error =
          errorColumn == null || cells.isMissing(errorColumn)
              ? null
              : (Double) plain(cells, errorColumn, "error of " + name);
      return new Mapped(new Measurement(value, error), Map.of());
    };
  }

  /** A number as it is, also one that is not finite, which the caller refuses. */
  private static double plain(Cells cells, String column, String what) {
    Cell cell = cells.row().value(column);
    if (cell instanceof Cell.Floating floating) {
      return floating.value();
    }
    return switch (cell.text().toLowerCase(Locale.ROOT)) {
      case "nan", "-nan", "+nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> cells.number(column, what) instanceof Estimate one ? one.value() : Double.NaN;
    };
  }
}
