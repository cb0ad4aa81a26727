package org.sidereus.catalogs.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table in ECSV with columns of arrays (astropy APE 6, the key {@code subtype}): the cell is a
 * text with the array in JSON. The elements of a column {@code P} are the columns {@code P[0]},
 * {@code P[1]}, ... in the order of the file; {@code null} is a missing value.
 */
final class EcsvArrays implements TableView {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private final String name;
  private final Table table;
  private final Map<String, Shape> arrays;
  private final ColumnNames listed;

  /**
   * What a column of arrays holds.
   *
   * @param type of its elements
   * @param length number of elements; negative: that of each cell
   */
  record Shape(Column.Type type, long length) {}

  /**
   * A table whose columns of arrays have texts.
   *
   * @param name of the file, for messages
   * @param arrays the columns of arrays by name
   */
  EcsvArrays(String name, Table table, Map<String, Shape> arrays) {
    this.name = name;
    this.table = table;
    this.arrays = Map.copyOf(arrays);
    List<Column> all = new ArrayList<>();
    for (Column column : table.schema()) {
      Shape shape = arrays.get(column.name());
      if (shape == null) {
        all.add(column);
      } else {
        long elements = shape.length() < 0 ? 1 : shape.length();
        for (int i = 0; i < Math.min(elements, FitsTable.LISTED_ELEMENTS); i++) {
          all.add(element(column, shape, i));
        }
      }
    }
    listed = new ColumnNames(all);
  }

  private static Column element(Column column, Shape shape, int element) {
    return new Column(
        column.name() + "[" + element + "]",
        shape.type(),
        column.unit(),
        column.ucd(),
        column.description(),
        column.times());
  }

  /** The array and the number of an element; null if a name is none of an element. */
  private @Nullable Place find(String column) {
    ArrayElement named = ArrayElement.of(column);
    Shape shape = named == null ? null : arrays.get(named.array());
    return named == null
            || shape == null
            || (shape.length() >= 0 && named.element() >= shape.length())
        ? null
        : new Place(named.array(), shape, named.element());
  }

  private record Place(String array, Shape shape, int element) {}

  @Override
  public List<Column> schema() {
    return listed.columns();
  }

  @Override
  public @Nullable Column column(String column) {
    Place place = find(column);
    if (place == null) {
      return arrays.containsKey(column) ? null : table.column(column);
    }
    Column array = table.column(place.array());
    return array == null ? null : element(array, place.shape(), place.element());
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public @Nullable TableRow next() {
    TableRow row = table.next();
    return row == null ? null : new Row(row);
  }

  private final class Row implements TableRow {
    private final TableRow row;
    private final Map<String, List<JsonNode>> elements = new HashMap<>();

    Row(TableRow row) {
      this.row = row;
    }

    @Override
    public Cell value(String column) {
      Place place = find(column);
      if (place == null) {
        return row.value(column);
      }
      try {
        List<JsonNode> all = elements.get(place.array());
        if (all == null) {
          all = elements(row.cell(place.array()), place.shape());
          elements.put(place.array(), all);
        }
        return place.element() < all.size()
            ? typed(all.get(place.element()), place.shape().type())
            : Cell.MISSING;
      } catch (IllegalArgumentException e) {
        throw BrokenRowException.at(
            name, place(), "in the column " + column + ", " + e.getMessage());
      }
    }

    @Override
    public String place() {
      return row.place();
    }
  }

  private static List<JsonNode> elements(String text, Shape shape) {
    List<JsonNode> elements = new ArrayList<>();
    if (text.isEmpty()) {
      return elements;
    }
    try {
      add(JSON.readTree(text), elements);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' is no array in JSON".formatted(TableInput.printable(text)), e);
    }
    if (shape.length() >= 0 && elements.size() != shape.length()) {
      throw new IllegalArgumentException(
          "there are %d elements but the header declares %d"
              .formatted(elements.size(), shape.length()));
    }
    return elements;
  }

  private static void add(JsonNode node, List<JsonNode> elements) {
    if (node.isArray()) {
      node.forEach(one -> add(one, elements));
    } else {
      elements.add(node);
    }
  }

  private static Cell typed(JsonNode node, Column.Type type) {
    return node.isNull() ? Cell.MISSING : TypedText.cell(node.asText(), type);
  }
}
