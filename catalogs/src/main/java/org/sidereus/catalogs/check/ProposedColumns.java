package org.sidereus.catalogs.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.NamedUnit;
import org.sidereus.catalogs.mapping.Unit;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;

/**
 * Finds columns of a table by their names and UCDs, and the columns with their errors; remembers
 * which ones a proposal uses, and what is to be said of them.
 */
final class ProposedColumns {
  /** The CDS has e_ and E_, the NASA Exoplanet Archive err1 above and err2, negative, below. */
  private static final List<Sides> SIDES =
      List.of(
          new Sides("e_%s", "E_%s", false, true),
          new Sides("%s_err2", "%s_err1", true, false),
          new Sides("%s_err_lower", "%s_err_upper"),
          new Sides("%s_err_low", "%s_err_up"),
          new Sides("%s_err_low", "%s_err_upp"),
          new Sides("%s_err_low", "%s_err_high"),
          new Sides("%s_err_lo", "%s_err_up"),
          new Sides("%s_err_lo", "%s_err_hi"),
          new Sides("%s_lower_err", "%s_upper_err"),
          new Sides("%s_lower_error", "%s_upper_error"),
          new Sides("%s_error_lower", "%s_error_upper"),
          new Sides("%s_err_minus", "%s_err_plus"),
          new Sides("%s_err_neg", "%s_err_pos"),
          new Sides("%s_err_m", "%s_err_p"));

  private final Table table;
  private final Map<String, Column> byName = new LinkedHashMap<>();
  private final Map<String, Column> byPlainName = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<String> used = new LinkedHashSet<>();

  ProposedColumns(Table table) {
    this.table = table;
    for (Column column : table.schema()) {
      byName.putIfAbsent(column.name(), column);
      byPlainName.putIfAbsent(plain(column.name()), column);
    }
    for (Column column : table.schema()) {
      byPlainName.putIfAbsent(plain(NamedUnit.of(column.name()).name()), column);
    }
  }

  /** A name in lower case without anything but letters and digits. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Names of all columns, in the order of the table. */
  Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /** Names of the columns that the proposal uses. */
  Set<String> used() {
    return Collections.unmodifiableSet(used);
  }

  /** A column is not used after all. */
  void leaveOut(Column column) {
    used.remove(column.name());
  }

  /** What an astronomer should know of the proposal. */
  Set<String> notes() {
    return Collections.unmodifiableSet(notes);
  }

  void note(String sentence) {
    notes.add(sentence);
  }

  /** A column of exactly this name. */
  @Nullable Column exactly(String name) {
    return byName.get(name);
  }

  /** The first column that is called like one of these and that the proposal does not use yet. */
  @Nullable Column named(List<String> plainNames) {
    for (String name : plainNames) {
      Column column = byPlainName.get(name);
      if (column != null && !used.contains(column.name())) {
        return column;
      }
    }
    return null;
  }

  /** The unit that the table tells, or that stands behind the name; null: none that is known. */
  static @Nullable Unit unit(Column column) {
    String unit = column.unit() == null ? NamedUnit.of(column.name()).unit() : column.unit();
    return unit == null ? null : Unit.parse(unit);
  }

  /** A column of a name, in any case and with any separators. */
  @Nullable Column find(String name) {
    Column same = byName.get(name);
    return same == null ? byPlainName.get(plain(name)) : same;
  }

  @Nullable Column byUcd(String ucd) {
    String wanted = ucd.toLowerCase(Locale.ROOT);
    return table.schema().stream()
        .filter(one -> one.ucd() != null && one.ucd().toLowerCase(Locale.ROOT).startsWith(wanted))
        .findFirst()
        .orElse(null);
  }

  ObjectNode withoutError(Column column) {
    used.add(column.name());
    return JsonNodeFactory.instance.objectNode().put("column", column.name());
  }

  /** A column with its error or inverse variance, if the table has one. */
  ObjectNode withError(Column column) {
    ObjectNode node = withoutError(column);
    NamedUnit named = NamedUnit.of(column.name());
    if (column.unit() == null && named.unit() != null) {
      if (unit(column) == null) {
        notes.add(
            "The unit '%s' of %s is not known; say it by \"unit\" or convert the column."
                .formatted(named.unit(), column.name()));
      } else {
        node.put("unit", named.unit());
      }
    }
    String name = named.name();
    String element = "";
    int bracket = name.indexOf('[');
    if (bracket > 0) {
      element = name.substring(bracket);
      name = name.substring(0, bracket);
    }
    for (Sides sides : SIDES) {
      Column lower = sides.lower(this, name, element);
      Column upper = sides.upper(this, name, element);
      if (lower != null && upper != null && !lower.equals(upper)) {
        return sided(node, sides, lower, upper);
      }
    }
    for (String pattern :
        List.of(
            "e_%s",
            "%s_err",
            "err_%s",
            "%s_error",
            "%serr",
            "sigma_%s",
            "%s_sigma",
            "sig_%s",
            "e%s",
            "er%s",
            "u_%s",
            "%s_unc",
            "%s_std")) {
      Column error = find(pattern.formatted(name) + element);
      error = error == null ? insertedError(name, "err") : error;
      if (error != null && !error.equals(column)) {
        used.add(error.name());
        return node.put("error", error.name());
      }
    }
    for (String pattern : List.of("%s_ivar", "ivar_%s", "%sivar", "%s_inverse_variance")) {
      Column inverse = find(pattern.formatted(name) + element);
      inverse = inverse == null ? insertedError(name, "ivar") : inverse;
      if (inverse != null) {
        used.add(inverse.name());
        return node.put("inverse_variance", inverse.name());
      }
    }
    notes.add(
        "No column is like an error of %s: without one, the bundle's default is taken."
            .formatted(column.name()));
    return node;
  }

  private ObjectNode sided(ObjectNode node, Sides sides, Column lower, Column upper) {
    used.add(lower.name());
    used.add(upper.name());
    node.putArray("error").add(lower.name()).add(upper.name());
    node.put("error_rule", "larger");
    if (sides.negative()) {
      node.put("negative_lower_error", true);
    }
    notes.add(
        "Of the errors %s and %s the larger one is taken; 'mean' takes their mean."
            .formatted(lower.name(), upper.name()));
    return node;
  }

  /** {@code flux_g} has {@code flux_ivar_g}, {@code modelMag_u} has {@code modelMagErr_u}. */
  private @Nullable Column insertedError(String name, String word) {
    int underscore = name.lastIndexOf('_');
    return underscore < 0
        ? null
        : find(name.substring(0, underscore) + "_" + word + name.substring(underscore));
  }

  /**
   * The names of a lower and an upper error.
   *
   * @param lower pattern of the lower one, and of the upper one
   * @param negative whether tables write the lower one with a minus sign
   * @param exact whether the names differ by their case only
   */
  private record Sides(String lower, String upper, boolean negative, boolean exact) {
    Sides(String lower, String upper) {
      this(lower, upper, false, false);
    }

    @Nullable Column lower(ProposedColumns of, String name, String element) {
      return find(of, lower.formatted(name) + element);
    }

    @Nullable Column upper(ProposedColumns of, String name, String element) {
      return find(of, upper.formatted(name) + element);
    }

    private @Nullable Column find(ProposedColumns of, String name) {
      return exact ? of.byName.get(name) : of.find(name);
    }
  }
}
