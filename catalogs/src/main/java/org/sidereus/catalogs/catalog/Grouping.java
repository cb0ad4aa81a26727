package org.sidereus.catalogs.catalog;

import org.sidereus.catalogs.mapping.Mapping;

/**
 * How objects are grouped: by a column, or all in one group.
 *
 * @param column column of the object's group; null: not by a column
 * @param name group of all objects; null: not all in one
 */
public record Grouping(String column, String name) {
  /** Nothing is said of groups. */
  public static final Grouping NONE = new Grouping(null, null);

  /** Whether anything is said of groups. */
  public boolean isGiven() {
    return column != null || name != null;
  }

  /** This, and where it says nothing, what a mapping says; the mapping may be null. */
  public Grouping orElse(Mapping mapping) {
    return isGiven() || mapping == null
        ? this
        : new Grouping(mapping.groupColumn(), mapping.group());
  }
}
