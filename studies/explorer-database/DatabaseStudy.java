import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import java.util.Random;

/** Upserts and look-ups as the explorer makes them: {@code DatabaseStudy sqlite|duckdb ROWS}. */
final class DatabaseStudy {
  private static final int GROUPS = 1000;
  private static final String UPSERT =
      "INSERT INTO object VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(object, survey, bundle) DO UPDATE"
          + " SET seen = excluded.seen, p = excluded.p, record = excluded.record";

  public static void main(String[] arguments) throws Exception {
    String kind = arguments[0];
    int rows = Integer.parseInt(arguments[1]);
    Path folder = Files.createTempDirectory("database-study");
    Properties settings = new Properties();
    if (kind.equals("sqlite")) {
      settings.put("journal_mode", "WAL");
      settings.put("synchronous", "NORMAL");
    }
    try (Connection connection =
        DriverManager.getConnection("jdbc:" + kind + ":" + folder.resolve("data"), settings)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE object(object TEXT, survey TEXT, bundle TEXT, grp TEXT, seen BIGINT,"
                + " p DOUBLE, record BLOB, PRIMARY KEY(object, survey, bundle))");
        statement.execute("CREATE INDEX of_group ON object(grp, bundle)");
      }
      connection.setAutoCommit(false);
      Random random = new Random(1);
      upsert(connection, kind + " inserts by 500", rows, 500, i -> (int) (i * 7919L % rows), random);
      int updates = Math.min(20_000, rows / 5);
      upsert(connection, kind + " upserts by 50", updates, 50, i -> random.nextInt(rows), random);
      time(connection, kind + " look-up", "SELECT record FROM object WHERE object = ?", 2000,
          () -> "star-" + random.nextInt(rows));
      time(connection, kind + " histogram of a group",
          "SELECT CAST(floor(p * 20) AS INTEGER), count(*) FROM object WHERE grp = ? GROUP BY 1", 200,
          () -> "group-" + random.nextInt(GROUPS));
    }
  }

  private interface Row {
    int of(int i);
  }

  private interface Key {
    String next();
  }

  private static void upsert(
      Connection connection, String name, int count, int batch, Row row, Random random)
      throws Exception {
    byte[] record = new byte[1000];
    random.nextBytes(record);
    long startNs = System.nanoTime();
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      for (int i = 0; i < count; i++) {
        int star = row.of(i);
        statement.setString(1, "star-" + star);
        statement.setString(2, "survey");
        statement.setString(3, "bundle");
        statement.setString(4, "group-" + star % GROUPS);
        statement.setLong(5, i);
        statement.setDouble(6, random.nextDouble());
        statement.setBytes(7, record);
        statement.addBatch();
        if (i % batch == batch - 1) {
          statement.executeBatch();
          connection.commit();
        }
      }
    }
    connection.commit();
    System.out.printf("%s: %.0f per second%n", name, count / ((System.nanoTime() - startNs) / 1e9));
  }

  private static void time(Connection connection, String name, String sql, int count, Key key)
      throws Exception {
    double[] ms = new double[count];
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < count; i++) {
        long startNs = System.nanoTime();
        statement.setString(1, key.next());
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            rows.getObject(1);
          }
        }
        ms[i] = (System.nanoTime() - startNs) / 1e6;
      }
    }
    Arrays.sort(ms);
    System.out.printf("%s: p50 %.3f, p99 %.3f ms%n", name, ms[count / 2], ms[count * 99 / 100]);
  }
}
