package org.sidereus.catalogs.mapping;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The units that a table tells, and what a mapping says of them.
 *
 * @param told unit of a column as the table writes it; null or empty: it tells none
 * @param table name of the table, for messages
 * @param place the mapping file and the field, for messages
 */
public record ColumnUnits(Function<String, @Nullable String> told, String table, String place) {

  /** A table that tells no units. */
  public static ColumnUnits none(String table, String place) {
    return new ColumnUnits(column -> null, table, place);
  }

  /**
   * The unit of a column: that of the mapping, else that of the table.
   *
   * @param mapped null: the mapping says none
   * @return null if neither says one that is known
   * @throws SidereusException if they contradict each other
   */
  @Nullable Unit of(String column, @Nullable Unit mapped) {
    Unit table = told(column);
    if (mapped != null && table != null && !isSame(mapped, table)) {
      throw wrong(
          "the unit of %s is '%s' here, but '%s' in %s; correct one of them"
              .formatted(column, mapped, table, this.table));
    }
    return mapped == null ? table : mapped;
  }

  /**
   * The unit that the table tells, beside the name of the column or behind it in brackets; null if
   * it tells none that is known.
   */
  @Nullable Unit told(String column) {
    String beside = told.apply(column);
    String text = beside == null || beside.isBlank() ? NamedUnit.of(column).unit() : beside;
    return text == null ? null : Unit.parse(text);
  }

  /**
   * Checks that the unit that the table tells of a column is known, or that it tells none.
   *
   * @throws SidereusException if it is not known
   */
  void checkKnown(String column) {
    String text = told.apply(column);
    boolean said = text != null && !text.isBlank() && !text.replace("-", "").isBlank();
    if (said && Unit.parse(text) == null && !text.strip().equals("1")) {
      throw wrong(
          "%s is in '%s' in %s, which is no unit that is known, and nanomaggies would be taken; write its unit in the table as in Jy, nmgy or erg.s-1.cm-2.Hz-1"
              .formatted(column, text.strip(), table));
    }
  }

  private static boolean isSame(Unit one, Unit other) {
    double ratio = one.scale() / other.scale();
    return one.isLike(other) && Math.abs(ratio - 1) < 1e-6;
  }

  /** An error that names the place in the mapping. */
  SidereusException wrong(String what) {
    return new SidereusException(place + ": " + what);
  }
}
