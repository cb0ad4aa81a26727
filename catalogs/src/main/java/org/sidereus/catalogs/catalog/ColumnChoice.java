package org.sidereus.catalogs.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A column to look for in a table.
 *
 * @param name its name; null: none
 * @param required whether a table without it is refused
 */
public record ColumnChoice(@Nullable String name, boolean required) {
  /** No column. */
  public static final ColumnChoice NONE = new ColumnChoice(null, false);

  /** A column that the table must have; none if the name is null. */
  public static ColumnChoice required(@Nullable String name) {
    return new ColumnChoice(name, name != null);
  }

  /** A column that is used if the table has it. */
  public static ColumnChoice usual(@Nullable String name) {
    return new ColumnChoice(name, false);
  }

  /** The same column, but the table may lack it. */
  public ColumnChoice optional() {
    return usual(name);
  }
}
