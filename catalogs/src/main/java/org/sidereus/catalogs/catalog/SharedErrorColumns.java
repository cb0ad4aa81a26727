package org.sidereus.catalogs.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Cells;
import org.sidereus.catalogs.mapping.Mapped;
import org.sidereus.catalogs.mapping.MappedSharedError;
import org.sidereus.engine.inference.SharedError;

/** Where a table says that measurements share errors. */
sealed interface SharedErrorColumns {

  /**
   * The errors that the measurements of a row share. They do not enter what was not measured.
   *
   * @param measured by name
   */
  List<SharedError> of(Cells cells, Map<String, Mapped> measured);

  /**
   * A plain table: one column says it in {@link SharedErrorText words}.
   *
   * @param column the column; null: there is none
   * @param columns all columns of the table
   */
  record Plain(@Nullable String column, List<String> columns) implements SharedErrorColumns {
    @Override
    public List<SharedError> of(Cells cells, Map<String, Mapped> measured) {
      String text = column == null ? "" : cells.text(column);
      if (text.isEmpty()) {
        return List.of();
      }
      List<SharedError> all;
      try {
        all = SharedErrorText.parse(text);
      } catch (IllegalArgumentException e) {
        throw cells.broken("in the column %s: %s".formatted(column, e.getMessage()));
      }
      for (SharedError one : all) {
        for (String name : one.coefficients().keySet()) {
          if (!columns.contains(name)) {
            throw cells.broken(
                "a shared error enters %s, but there is no such column".formatted(name));
          }
        }
      }
      return ofMeasured(all, measured);
    }
  }

  /**
   * A mapping: what it lists and, where columns are shared, the error of each column that several
   * measurements are made from.
   */
  record OfMapping(List<MappedSharedError> listed, boolean sharedColumns)
      implements SharedErrorColumns {
    @Override
    public List<SharedError> of(Cells cells, Map<String, Mapped> measured) {
      List<SharedError> shared =
          new ArrayList<>(ofMeasured(listed.stream().map(one -> one.of(cells)).toList(), measured));
      if (sharedColumns) {
        Map<String, Map<String, Double>> parts = new LinkedHashMap<>();
        measured.forEach(
            (name, one) ->
                one.parts()
                    .forEach(
                        (column, part) ->
                            parts
                                .computeIfAbsent(column, key -> new LinkedHashMap<>())
                                .put(name, part)));
        parts.values().stream()
            .filter(entered -> entered.size() > 1)
            .forEach(entered -> shared.add(ofParts(entered)));
      }
      return shared;
    }

    private static SharedError ofParts(Map<String, Double> parts) {
      double error = parts.values().stream().mapToDouble(Math::abs).max().orElse(0);
      Map<String, Double> coefficients = new LinkedHashMap<>();
      parts.forEach((name, part) -> coefficients.put(name, part / error));
      return new SharedError(error, true, coefficients);
    }
  }

  private static List<SharedError> ofMeasured(
      List<SharedError> shared, Map<String, Mapped> measured) {
    List<SharedError> entering = new ArrayList<>();
    for (SharedError one : shared) {
      Map<String, Double> coefficients = new LinkedHashMap<>(one.coefficients());
      coefficients.keySet().retainAll(measured.keySet());
      if (!coefficients.isEmpty()) {
        entering.add(new SharedError(one.error(), one.included(), coefficients));
      }
    }
    return entering;
  }
}
