package org.sidereus.catalogs.catalog;

import org.sidereus.catalogs.mapping.Mapping;

/**
 * Which columns say what an object is.
 *
 * @param id its identifier; none: {@code object}, else {@code id}, else the first column if it is
 *     nothing else, else the number of the row
 * @param group its group
 * @param time its time of observation
 * @param visit which of several visits of the object it is
 */
public record CatalogRoles(
    ColumnChoice id, ColumnChoice group, ColumnChoice time, ColumnChoice visit) {

  /** Usual name of the column of the visit. */
  public static final String VISIT = "visit";

  /** These, and where they say nothing, those of the mapping. */
  CatalogRoles orElse(Mapping mapping) {
    return mapping == null
        ? this
        : new CatalogRoles(
            id.required() ? id : ColumnChoice.required(mapping.idColumn()), group, time, visit);
  }
}
