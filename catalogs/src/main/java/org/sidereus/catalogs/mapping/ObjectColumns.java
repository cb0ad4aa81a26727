package org.sidereus.catalogs.mapping;

import org.jspecify.annotations.Nullable;

/**
 * What a mapping says of an object beside its measurements. What is null is not in the file.
 *
 * @param id column of the object's identifier
 * @param groupColumn column of its group
 * @param group group of all objects
 * @param time where the time of observation is
 * @param visit column of the visit, where an object was observed several times
 */
public record ObjectColumns(
    @Nullable String id,
    @Nullable String groupColumn,
    @Nullable String group,
    @Nullable TimeColumn time,
    @Nullable String visit) {

  public ObjectColumns {
    if (groupColumn != null && group != null) {
      throw new IllegalArgumentException(
          "group_column and group are both given; remove one of them");
    }
  }

  /** Column of the time of observation; null: the mapping names none. */
  public @Nullable String timeColumn() {
    return time == null ? null : time.column();
  }
}
