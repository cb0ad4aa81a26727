package org.sidereus.catalogs.catalog;

/**
 * Which columns identify an object. {@link ColumnOptions} makes them.
 *
 * @param id its identifier; none: {@code object}, else {@code id}, else the first column if it has
 *     no other meaning, else the number of the row
 * @param group its group
 * @param time its time of observation
 * @param visit which of several visits of the object it is
 */
public record CatalogRoles(
    ColumnChoice id, ColumnChoice group, ColumnChoice time, ColumnChoice visit) {}
