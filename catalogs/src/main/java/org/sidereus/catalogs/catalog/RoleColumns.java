package org.sidereus.catalogs.catalog;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table that identify an object.
 *
 * @param id column of the identifier; null: the number of the row
 * @param isIdGuessed whether neither an option nor the mapping names that column
 * @param group column of the group; null: there is none
 * @param time column of the time; null: there is none
 * @param timeOfDay column of the time of day, if that of the time has dates; null: there is none
 * @param visit column of the visit; null: there is none
 */
record RoleColumns(
    @Nullable String id,
    boolean isIdGuessed,
    @Nullable String group,
    @Nullable String time,
    @Nullable String timeOfDay,
    @Nullable String visit) {
  /** The names of all that there are. */
  Set<String> names() {
    return Stream.of(id, group, time, timeOfDay, visit)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }
}
