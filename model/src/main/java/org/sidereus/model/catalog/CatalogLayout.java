package org.sidereus.model.catalog;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidereus.command.UserError;
import org.sidereus.model.bundle.Feature;
import org.sidereus.model.bundle.Manifest;

/**
 * Where a catalogue keeps what a bundle needs.
 *
 * @param quantities columns of the observables and covariates
 * @param id column of the identifier; {@link #NONE}: the number of the row is the identifier
 * @param group column of the group; {@link #NONE}: there is none
 * @param columns number of columns
 */
record CatalogLayout(List<Quantity> quantities, int id, int group, int columns) {
  static final int NONE = -1;

  private static final String ERROR_SUFFIX = "_err";
  private static final List<String> ID_NAMES = List.of("object", "id");

  /**
   * Columns of one observable or covariate.
   *
   * @param value column of the value
   * @param error column of the error; {@link #NONE}: there is none
   */
  record Quantity(String name, int value, int error) {
    boolean uses(int column) {
      return value == column || error == column;
    }
  }

  /**
   * Finds the columns by the header.
   *
   * <p>The identifier is in the column that was asked for, else in {@code object}, else in {@code
   * id}, else in the first column unless that is the group or belongs to an observable.
   *
   * @param file name of the file for messages
   * @param idColumn name of the identifier's column, or null
   * @param groupColumn name of the group's column, or null
   * @throws UserError if a column is missing or there twice
   */
  static CatalogLayout of(
      Manifest manifest, List<String> header, String file, String idColumn, String groupColumn) {
    Set<String> names =
        manifest.features().stream()
            .map(Feature::of)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> optional =
        manifest.features().stream()
            .filter(f -> f.kind() == Feature.Kind.MASK || f.kind() == Feature.Kind.COVARIATE_MASK)
            .map(Feature::of)
            .collect(Collectors.toSet());
    List<Quantity> quantities = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      int value = find(header, name, file);
      if (value != NONE) {
        quantities.add(new Quantity(name, value, find(header, name + ERROR_SUFFIX, file)));
      } else if (!optional.contains(name)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new UserError(
          file
              + " has no column "
              + String.join(", ", missing)
              + ", which the bundle "
              + manifest.name()
              + " needs; add the column"
              + (missing.size() == 1 ? "" : "s")
              + " to the header in line 1");
    }
    int group = groupColumn == null ? NONE : require(header, groupColumn, file);
    int id = idColumn == null ? NONE : require(header, idColumn, file);
    for (String name : ID_NAMES) {
      id = id == NONE && !names.contains(name) ? find(header, name, file) : id;
    }
    if (id == NONE && group != 0 && quantities.stream().noneMatch(q -> q.uses(0))) {
      id = 0;
    }
    return new CatalogLayout(List.copyOf(quantities), id, group, header.size());
  }

  private static int require(List<String> header, String name, String file) {
    int column = find(header, name, file);
    if (column == NONE) {
      throw new UserError(
          file + " has no column " + name + "; its columns are " + String.join(", ", header));
    }
    return column;
  }

  private static int find(List<String> header, String name, String file) {
    int first = header.indexOf(name);
    if (first != header.lastIndexOf(name)) {
      throw new UserError(file + " has the column " + name + " twice; rename or remove one");
    }
    return first;
  }
}
