package org.sidereus.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.sidereus.engine.SidereusException;

/** Rows with columns of text, numbers and lists, as a Parquet file. */
final class ParquetRows {
  private final List<Map<String, Object>> rows = new ArrayList<>();

  /** Adds a row: text, whole number, number, truth value, or array of numbers; null: missing. */
  void add(Map<String, Object> row) {
    rows.add(row);
  }

  int size() {
    return rows.size();
  }

  /**
   * Writes the rows.
   *
   * @param types DuckDB's type of each column, in the order of the columns
   * @param metadata key to value, into the file's metadata
   */
  void write(Path file, Map<String, String> types, Map<String, String> metadata) {
    StringBuilder columns = new StringBuilder();
    types.forEach(
        (name, type) ->
            columns
                .append(columns.isEmpty() ? "" : ", ")
                .append(quoted(name))
                .append(' ')
                .append(type));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute("CREATE TABLE posteriors(" + columns + ")");
      append(connection.unwrap(DuckDBConnection.class), types);
      StringBuilder pairs = new StringBuilder();
      metadata.forEach(
          (key, value) ->
              pairs
                  .append(pairs.isEmpty() ? "" : ", ")
                  .append(key)
                  .append(": ")
                  .append(text(value)));
      statement.execute(
          "COPY posteriors TO %s (FORMAT parquet, COMPRESSION zstd, KV_METADATA {%s})"
              .formatted(text(file.toString()), pairs));
    } catch (SQLException e) {
      throw new SidereusException(
          "the file %s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void append(DuckDBConnection connection, Map<String, String> types) throws SQLException {
    try (DuckDBAppender appender =
        connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "posteriors")) {
      for (Map<String, Object> row : rows) {
        appender.beginRow();
        for (String column : types.keySet()) {
          append(appender, row.get(column));
        }
        appender.endRow();
      }
    }
  }

  private static void append(
      DuckDBAppender appender, @org.jspecify.annotations.Nullable Object cell) throws SQLException {
    if (cell == null) {
      appender.appendNull();
    } else if (cell instanceof String text) {
      appender.append(text);
    } else if (cell instanceof Long number) {
      appender.append(number);
    } else if (cell instanceof Integer number) {
      appender.append(number);
    } else if (cell instanceof Double number) {
      appender.append(number);
    } else if (cell instanceof Boolean value) {
      appender.append(value);
    } else if (cell instanceof java.time.LocalDateTime time) {
      appender.append(time);
    } else if (cell instanceof double[] numbers) {
      appender.append(numbers);
    } else {
      throw new IllegalArgumentException("a " + cell.getClass().getName() + " is no cell");
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String text(String value) {
    return '\'' + value.replace("'", "''") + '\'';
  }
}
