package org.sidereus.catalogs.catalog;

import org.jspecify.annotations.Nullable;

/**
 * How objects are grouped: by a column, or all in one group.
 *
 * @param column column of the object's group; null: not by a column
 * @param name group of all objects; null: not all in one
 */
public record Grouping(@Nullable String column, @Nullable String name) {
  /** No grouping is given. */
  public static final Grouping NONE = new Grouping(null, null);

  /** Whether a column or a group is given. */
  public boolean isGiven() {
    return column != null || name != null;
  }
}
