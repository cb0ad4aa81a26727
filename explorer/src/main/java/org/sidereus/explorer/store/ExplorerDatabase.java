package org.sidereus.explorer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.sidereus.engine.SidereusException;

/**
 * The explorer's SQLite file. One thread writes; readers take a connection each and see the last
 * commit. The tables can be made again from the topics: a file of another format, or of the topics
 * of another cluster, is emptied.
 */
public final class ExplorerDatabase implements AutoCloseable {
  /** Format of the tables; another one is emptied. */
  private static final int FORMAT = 6;

  private static final int READERS = 4;
  private static final long LONGEST_WAIT_S = 10;

  private static final String[] TABLES = {
    "CREATE TABLE position(topic TEXT, part INTEGER, next INTEGER NOT NULL,"
        + " PRIMARY KEY(topic, part)) WITHOUT ROWID",
    "CREATE TABLE tally(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE object(id INTEGER PRIMARY KEY, survey TEXT NOT NULL, object TEXT NOT NULL, bundle"
        + " TEXT NOT NULL, version TEXT NOT NULL, grp TEXT, time INTEGER NOT NULL, seen INTEGER NOT"
        + " NULL, flags TEXT NOT NULL, p_value REAL, moments BLOB NOT NULL, key BLOB, record BLOB"
        + " NOT NULL, UNIQUE(object, survey, bundle))",
    "CREATE INDEX object_of_group ON object(grp, bundle, p_value)",
    "CREATE INDEX object_by_key ON object(key)",
    "CREATE INDEX object_of_survey ON object(survey, object)",
    "CREATE TABLE sample(object TEXT, survey TEXT, bundle TEXT, key BLOB, record BLOB NOT NULL,"
        + " PRIMARY KEY(object, survey, bundle)) WITHOUT ROWID",
    "CREATE INDEX sample_by_key ON sample(key)",
    "CREATE TABLE grp(grp TEXT, bundle TEXT, start INTEGER, survey TEXT, version TEXT NOT NULL,"
        + " time INTEGER NOT NULL, seen INTEGER NOT NULL, objects INTEGER NOT NULL, left_out"
        + " INTEGER, flags TEXT NOT NULL, first_mean REAL, key BLOB, record BLOB NOT NULL, PRIMARY"
        + " KEY(grp, bundle, start, survey)) WITHOUT ROWID",
    "CREATE INDEX group_by_key ON grp(key)",
    // lists of groups read this, not the records
    "CREATE INDEX group_for_all_time ON grp(grp, bundle, seen, objects, left_out, flags,"
        + " first_mean) WHERE start = -1",
    "CREATE TABLE history(grp TEXT, bundle TEXT, objects INTEGER, version TEXT NOT NULL, means BLOB"
        + " NOT NULL, log_evidence REAL, PRIMARY KEY(grp, bundle, objects)) WITHOUT ROWID",
    "CREATE TABLE rejection(topic TEXT, part INTEGER, off INTEGER, reason TEXT NOT NULL,"
        + " survey TEXT, object TEXT, time INTEGER NOT NULL, record BLOB NOT NULL,"
        + " PRIMARY KEY(topic, part, off)) WITHOUT ROWID",
    "CREATE INDEX rejection_by_time ON rejection(time)",
    "CREATE INDEX rejection_by_reason ON rejection(reason, time)",
    "CREATE INDEX rejection_by_survey ON rejection(survey, time)",
    "CREATE INDEX rejection_by_reason_and_survey ON rejection(reason, survey, time)",
    "CREATE INDEX rejection_by_object ON rejection(object, time)",
    "CREATE TABLE rejection_time(width INTEGER, start INTEGER, reason TEXT, survey TEXT,"
        + " rejections INTEGER NOT NULL, PRIMARY KEY(width, start, reason, survey)) WITHOUT ROWID",
    "CREATE TABLE rejection_count(reason TEXT, survey TEXT, rejections INTEGER NOT NULL,"
        + " latest INTEGER NOT NULL, PRIMARY KEY(reason, survey)) WITHOUT ROWID",
  };

  private final Path file;
  private final Connection writer;
  private final BlockingQueue<Connection> readers = new ArrayBlockingQueue<>(READERS);

  private ExplorerDatabase(Path file, Connection writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Opens the database, and makes it where there is none. What it keeps can be read before anyone
   * knows whether the cluster is still the same: {@link #belongTo}.
   *
   * @param folder of the explorer
   * @throws SidereusException if the folder cannot be written
   */
  public static ExplorerDatabase open(Path folder) {
    Path file = folder.resolve("explorer.sqlite");
    try {
      Files.createDirectories(folder);
      Connection writer = connect(file);
      ExplorerDatabase database = new ExplorerDatabase(file, writer);
      database.prepare();
      for (int i = 0; i < READERS; i++) {
        database.readers.add(connect(file));
      }
      return database;
    } catch (IOException | SQLException e) {
      throw new SidereusException(
          "the explorer's database %s cannot be opened: %s; choose another folder by --data-dir"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    Properties settings = new Properties();
    settings.put("journal_mode", "WAL");
    // After a crash of the machine the last commits may be missing; their offsets are too.
    settings.put("synchronous", "NORMAL");
    settings.put("busy_timeout", "5000");
    settings.put("cache_size", "-32000");
    return DriverManager.getConnection("jdbc:sqlite:" + file, settings);
  }

  private void prepare() throws SQLException {
    writer.setAutoCommit(false);
    try (Statement statement = writer.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS identity(value TEXT)");
      writer.commit();
      if (!identity(statement).startsWith(identity(""))) {
        empty(statement, "");
      }
      writer.commit();
    }
  }

  /**
   * Says which cluster's topics the writer follows. What is kept of another cluster is forgotten.
   *
   * @param cluster identifier of the Kafka cluster
   * @throws SidereusException if the database cannot be written
   */
  void belongTo(String cluster) {
    try (Statement statement = writer.createStatement()) {
      String found = identity(statement);
      if (found.equals(identity(""))) {
        write(statement, cluster);
      } else if (!found.equals(identity(cluster))) {
        empty(statement, cluster);
      }
      writer.commit();
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /** The format, and the cluster; none: it is not known yet. */
  private static String identity(String cluster) {
    return FORMAT + " " + cluster;
  }

  private static String identity(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT value FROM identity")) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static void write(Statement statement, String cluster) throws SQLException {
    statement.execute("DELETE FROM identity");
    statement.execute(
        "INSERT INTO identity VALUES('" + identity(cluster).replace("'", "''") + "')");
  }

  private void empty(Statement statement, String cluster) throws SQLException {
    for (String table :
        new String[] {
          "position",
          "tally",
          "object",
          "sample",
          "grp",
          "history",
          "rejection",
          "rejection_time",
          "rejection_count"
        }) {
      statement.execute("DROP TABLE IF EXISTS " + table);
    }
    for (String table : TABLES) {
      statement.execute(table);
    }
    write(statement, cluster);
  }

  /** Reads with a connection of its own. */
  @FunctionalInterface
  public interface Read<T> {
    T from(Connection connection) throws SQLException;
  }

  /**
   * Runs a reader.
   *
   * @throws SidereusException if the database cannot be read, or all connections are taken
   */
  public <T> T read(Read<T> reader) {
    Connection connection;
    try {
      connection = readers.poll(LONGEST_WAIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("interrupted while waiting for the explorer's database", e);
    }
    if (connection == null) {
      throw new SidereusException("the explorer's database is busy; try again");
    }
    try {
      return reader.from(connection);
    } catch (SQLException e) {
      throw broken(e);
    } finally {
      readers.add(connection);
    }
  }

  /** The connection of the thread that writes. */
  Connection writer() {
    return writer;
  }

  /** Size of the database with its log, bytes. */
  public long bytes() {
    long sum = 0;
    for (String ending : new String[] {"", "-wal", "-shm"}) {
      try {
        sum += Files.size(file.resolveSibling(file.getFileName() + ending));
      } catch (IOException e) {
        // the log exists only while there is something in it
        continue;
      }
    }
    return sum;
  }

  SidereusException broken(SQLException e) {
    return new SidereusException(
        "the explorer's database %s failed: %s; if it is damaged, delete it, and the explorer makes it again from the topics"
            .formatted(file, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      for (Connection one : readers) {
        one.close();
      }
      writer.close();
    } catch (SQLException e) {
      throw broken(e);
    }
  }
}
