package org.sidereus.catalogs.catalog;

import org.sidereus.catalogs.time.TimeStyle;

/**
 * Which columns identify an object. {@link ColumnOptions} makes them.
 *
 * @param id its identifier; none: the column whose name is likeliest that of an identifier, such as
 *     {@code object}, {@code id} or {@code source_id}, else the first column if it has no other
 *     meaning, else the number of the row
 * @param group its group
 * @param time its time of observation
 * @param visit which of several visits of the object it is
 * @param timeStyle how the times are written
 */
public record CatalogRoles(
    ColumnChoice id,
    ColumnChoice group,
    ColumnChoice time,
    ColumnChoice visit,
    TimeStyle timeStyle) {
  /** Columns of which nobody says how times are written. */
  public CatalogRoles(ColumnChoice id, ColumnChoice group, ColumnChoice time, ColumnChoice visit) {
    this(id, group, time, visit, TimeStyle.UNSAID);
  }
}
