package org.sidereus.explorer.api;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Statements with values. */
final class Sql {
  /** Comes behind every character, so that all texts with a beginning are before it with this. */
  static final String LAST = Character.toString(Character.MAX_CODE_POINT);

  private Sql() {}

  /** A statement whose parameters have values. */
  static PreparedStatement prepare(Connection connection, String sql, List<?> values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
    return statement;
  }

  /** The number that a query gives. */
  static long number(Connection connection, String sql, List<?> values) throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
