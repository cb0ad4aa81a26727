package org.sidereus.catalogs.table;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns of a table in HDF5, from the first row of its sources. */
final class HdfColumns {
  private static final int LISTED_ELEMENTS = 1024;
  private static final int MOST_CATEGORIES = 1_000_000;

  private final List<Column> schema = new ArrayList<>();
  private final List<HdfColumn> columns = new ArrayList<>();

  /**
   * Columns.
   *
   * @param sources of the same number of rows, at least one
   */
  HdfColumns(List<HdfSource> sources) {
    for (int i = 0; i < sources.size(); i++) {
      add(i, sources.get(i));
    }
  }

  /** What the table says of its columns. */
  List<Column> schema() {
    return schema;
  }

  /** Where their values are. */
  List<HdfColumn> columns() {
    return columns;
  }

  private void add(int number, HdfSource source) {
    if (source.isPickled()) {
      for (String name : source.names().getOrDefault("", List.of())) {
        schema.add(new Column(name, Column.Type.TEXT, null, null, null));
        columns.add(new HdfColumn(number, null, -1, null, null));
      }
      return;
    }
    Object first = source.values().get(0, 1);
    if (first instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, values) ->
              add(number, source, String.valueOf(name), String.valueOf(name), values));
    } else {
      add(number, source, null, source.name(), first);
    }
  }

  private void add(
      int number, HdfSource source, @Nullable String field, String name, @Nullable Object values) {
    String key = field == null ? "" : field;
    List<String> names = source.names().getOrDefault(key, List.of());
    String unit = source.units().get(key);
    List<Cell> categories = field == null ? null : categories(source.dataset(), field);
    if (values instanceof Map<?, ?>) {
      schema.add(new Column(name, Column.Type.TEXT, null, null, null));
      columns.add(new HdfColumn(number, field, -1, null, null));
      return;
    }
    Number fill = field == null ? source.fill() : null;
    Object first = values == null || Array.getLength(values) == 0 ? null : Array.get(values, 0);
    if (first != null && first.getClass().isArray()) {
      int length = Math.min(Array.getLength(first), LISTED_ELEMENTS);
      for (int i = 0; i < length; i++) {
        Object element = Array.get(first, i);
        boolean named = names.size() == Array.getLength(first);
        schema.add(
            new Column(
                named ? names.get(i) : name + "[" + i + "]",
                categories == null ? HdfColumn.type(element, unit) : Column.Type.TEXT,
                null,
                null,
                null));
        columns.add(new HdfColumn(number, field, i, unit, categories, fill));
      }
    } else {
      boolean alone = field == null;
      schema.add(
          new Column(
              names.size() == 1 ? names.get(0) : name,
              categories == null ? HdfColumn.type(first, unit) : Column.Type.TEXT,
              alone ? source.attribute("unit", "units") : null,
              alone ? source.attribute("ucd") : null,
              alone ? source.attribute("description", "long_name") : null));
      columns.add(new HdfColumn(number, field, -1, unit, categories, fill));
    }
  }

  /**
   * The categories of a field that pandas keeps as numbers of categories, in a table of their own.
   *
   * @return null if it is no such field
   */
  private static @Nullable List<Cell> categories(Dataset dataset, String field) {
    if (!HdfSource.text(dataset, field + "_meta").equals("category")) {
      return null;
    }
    Node found = dataset.getParent();
    for (String name : List.of("meta", field, "meta", "table")) {
      found = found instanceof Group group ? group.getChildren().get(name) : null;
    }
    if (!(found instanceof Dataset table)
        || table.getSize() > MOST_CATEGORIES
        || !(table.getData() instanceof Map<?, ?> fields)
        || fields.get("values") == null) {
      throw new IllegalArgumentException(
          "the categories of %s are not there; write the column by astype(str)".formatted(field));
    }
    List<Cell> categories = new ArrayList<>();
    Object values = fields.get("values");
    for (int i = 0; i < Array.getLength(values); i++) {
      categories.add(HdfColumn.cell(Array.get(values, i), null));
    }
    return categories;
  }
}
