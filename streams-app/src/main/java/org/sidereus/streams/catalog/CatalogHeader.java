package org.sidereus.streams.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.sidereus.command.UserError;

/**
 * Where a catalogue keeps what observations need.
 *
 * @param names names of the columns
 * @param quantities columns of what was measured
 * @param id column of the identifier; {@link #NONE}: the number of the row
 * @param group column of the group; {@link #NONE}: one group for all
 * @param time column of the time; {@link #NONE}: times are counted up
 */
record CatalogHeader(List<String> names, List<Quantity> quantities, int id, int group, int time) {
  static final int NONE = -1;
  private static final String ERROR_SUFFIX = "_err";

  /**
   * Columns of one measured quantity.
   *
   * @param error column of the standard deviation; {@link #NONE}: there is none
   */
  record Quantity(String name, int value, int error) {}

  /**
   * Finds the columns.
   *
   * @param file name of the file for messages
   * @param wanted names of the observables and covariates that bundles read
   * @throws UserError if a column is missing or there twice
   */
  static CatalogHeader of(
      List<String> names, String file, Collection<String> wanted, CatalogColumns columns) {
    List<Quantity> quantities = new ArrayList<>();
    for (String name : wanted) {
      int value = find(names, name, file);
      if (value != NONE) {
        quantities.add(new Quantity(name, value, find(names, name + ERROR_SUFFIX, file)));
      }
    }
    if (quantities.isEmpty()) {
      throw new UserError(
          "%s has none of the columns %s; name at least one in line 1, or choose another --bundle"
              .formatted(file, String.join(", ", wanted)));
    }
    int group =
        column(names, columns.groupColumn(), columns.group() == null ? "group" : null, file);
    int time = column(names, columns.timeColumn(), "time", file);
    int id = column(names, columns.idColumn(), "object", file);
    if (id == NONE) {
      id = find(names, "id", file);
    }
    boolean firstIsFree =
        group != 0
            && time != 0
            && quantities.stream().noneMatch(q -> q.value() == 0 || q.error() == 0);
    if (id == NONE && firstIsFree) {
      id = 0;
    }
    return new CatalogHeader(List.copyOf(names), List.copyOf(quantities), id, group, time);
  }

  private static int column(List<String> names, String asked, String usual, String file) {
    if (asked == null) {
      return usual == null ? NONE : find(names, usual, file);
    }
    int found = find(names, asked, file);
    if (found == NONE) {
      throw new UserError(
          "%s has no column %s; its columns are %s"
              .formatted(file, asked, String.join(", ", names)));
    }
    return found;
  }

  private static int find(List<String> names, String name, String file) {
    int first = names.indexOf(name);
    if (first != names.lastIndexOf(name)) {
      throw new UserError("%s has the column %s twice; rename or remove one".formatted(file, name));
    }
    return first;
  }
}
