package org.sidereus.catalogs.catalog;

import org.jspecify.annotations.Nullable;

/**
 * The columns of a table that identify an object.
 *
 * @param id column of the identifier; null: the number of the row
 * @param isIdGuessed whether neither an option nor the mapping names that column
 * @param group column of the group; null: there is none
 * @param time column of the time; null: there is none
 * @param visit column of the visit; null: there is none
 */
record RoleColumns(
    @Nullable String id,
    boolean isIdGuessed,
    @Nullable String group,
    @Nullable String time,
    @Nullable String visit) {}
