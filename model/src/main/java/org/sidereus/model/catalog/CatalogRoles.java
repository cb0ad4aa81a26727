package org.sidereus.model.catalog;

import org.sidereus.model.mapping.Mapping;

/**
 * Which columns say what an object is.
 *
 * @param id its identifier; none: {@code object}, else {@code id}, else the first column if it is
 *     nothing else, else the number of the row
 * @param group its group
 * @param time its time of observation
 */
public record CatalogRoles(ColumnChoice id, ColumnChoice group, ColumnChoice time) {

  /** These, and where they say nothing, those of the mapping. */
  CatalogRoles orElse(Mapping mapping) {
    return mapping == null
        ? this
        : new CatalogRoles(
            id.required() ? id : ColumnChoice.required(mapping.idColumn()), group, time);
  }
}
