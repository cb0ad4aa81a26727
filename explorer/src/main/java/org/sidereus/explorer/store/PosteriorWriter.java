package org.sidereus.explorer.store;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.SharedParameter;

/**
 * Writes records and the offsets behind them in one transaction, so that each record counts once
 * also after a kill. For one thread.
 */
public final class PosteriorWriter {
  /**
   * The history of a group keeps a posterior once the group has grown by this factor, so about 40
   * posteriors for each power of ten.
   */
  private static final double GROWTH = 1.06;

  private final ExplorerDatabase database;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Map<List<String>, Last> lasts = new HashMap<>();

  /** The last posterior in the history of a group; without objects if there is none. */
  private record Last(String version, long objects) {}

  public PosteriorWriter(ExplorerDatabase database) {
    this.database = database;
    connection = database.writer();
  }

  /** Forgets what is kept of another cluster. */
  public void belongTo(String cluster) {
    lasts.clear();
    database.belongTo(cluster);
  }

  /** The offset of the next record by partition, of the partitions that have been read. */
  public Map<TopicPartition, Long> positions() {
    try (ResultSet rows = statement("SELECT topic, part, next FROM position").executeQuery()) {
      Map<TopicPartition, Long> positions = new HashMap<>();
      while (rows.next()) {
        positions.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
      }
      return positions;
    } catch (SQLException e) {
      throw database.broken(e);
    }
  }

  /** Says that all records of a partition before an offset are in the database. */
  public void position(TopicPartition partition, long next) {
    run(
        "INSERT INTO position VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET next = ?3",
        partition.topic(),
        partition.partition(),
        next);
  }

  /** Keeps the latest posterior of an object. */
  public void object(StoredRecord record, ObjectPosterior posterior) {
    List<ParameterPosterior> parameters = posterior.getParameters();
    StoredMoments moments = new StoredMoments(parameters.size());
    parameters.forEach(one -> moments.add(one.getMean(), one.getSd()));
    run(
        "INSERT INTO object(survey, object, bundle, grp, time, seen, flags, p_value, moments, key,"
            + " record, version) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON"
            + " CONFLICT(object, survey, bundle) DO UPDATE SET grp = ?4, time = ?5, seen = ?6,"
            + " flags = ?7, p_value = ?8, moments = ?9, key = ?10, record = ?11, version = ?12",
        posterior.getSurvey(),
        posterior.getObject(),
        posterior.getBundle(),
        posterior.getGroup(),
        posterior.getTime().toEpochMilli(),
        record.timestampMs(),
        String.join(" ", posterior.getFlags()),
        posterior.getPValue(),
        moments.bytes(),
        record.key(),
        record.value(),
        posterior.getBundleVersion());
  }

  /** Keeps the latest samples of an object. */
  public void samples(StoredRecord record, PosteriorSamples samples) {
    run(
        "INSERT INTO sample VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET key = ?4,"
            + " record = ?5",
        samples.getObject(),
        samples.getSurvey(),
        samples.getBundle(),
        record.key(),
        record.value());
  }

  /**
   * Keeps the latest posterior of a group, and its history. Versions of a bundle may be in any
   * partition, and the group of an earlier one stays in its topic, so the later timestamp decides
   * between versions.
   */
  public void group(StoredRecord record, GroupPosterior posterior) {
    long start =
        posterior.getWindowStart() == null ? -1 : posterior.getWindowStart().toEpochMilli();
    List<SharedParameter> parameters = posterior.getParameters();
    int kept =
        run(
            "INSERT INTO grp VALUES(?1, ?2, ?3, ?12, ?13, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON"
                + " CONFLICT DO UPDATE SET version = ?13, time = ?4, seen = ?5, objects = ?6,"
                + " left_out = ?7, flags = ?8, first_mean = ?9, key = ?10, record = ?11"
                + " WHERE version = ?13 OR seen <= ?5",
            posterior.getGroup(),
            posterior.getBundle(),
            start,
            posterior.getTime().toEpochMilli(),
            record.timestampMs(),
            posterior.getObjects(),
            posterior.getLeftOut(),
            String.join(" ", posterior.getFlags()),
            parameters.isEmpty() ? null : parameters.get(0).getMean(),
            record.key(),
            record.value(),
            posterior.getSurvey() == null ? "" : posterior.getSurvey(),
            posterior.getBundleVersion());
    if (start < 0 && kept > 0) {
      history(posterior);
    }
  }

  private void history(GroupPosterior posterior) {
    List<String> key = List.of(posterior.getGroup(), posterior.getBundle());
    long objects = posterior.getObjects();
    Last last = lasts.computeIfAbsent(key, this::lastInHistory);
    if (last.objects() > 0 && !last.version().equals(posterior.getBundleVersion())) {
      run(
          "DELETE FROM history WHERE grp = ?1 AND bundle = ?2",
          posterior.getGroup(),
          posterior.getBundle());
    } else if (objects < last.objects()) {
      // the group has lost objects, and what it was with more of them is no longer true
      run(
          "DELETE FROM history WHERE grp = ?1 AND bundle = ?2 AND objects > ?3",
          posterior.getGroup(),
          posterior.getBundle(),
          objects);
    } else if (last.objects() > 0
        && objects < last.objects() * GROWTH
        && objects != last.objects()) {
      return;
    }
    ByteBuffer means = ByteBuffer.allocate(posterior.getParameters().size() * 2 * Double.BYTES);
    for (SharedParameter one : posterior.getParameters()) {
      means.putDouble(one.getMean()).putDouble(one.getSd());
    }
    run(
        "INSERT INTO history VALUES(?1, ?2, ?3, ?6, ?4, ?5) ON CONFLICT DO UPDATE SET means = ?4,"
            + " log_evidence = ?5",
        posterior.getGroup(),
        posterior.getBundle(),
        objects,
        means.array(),
        posterior.getLogEvidence(),
        posterior.getBundleVersion());
    lasts.put(key, new Last(posterior.getBundleVersion(), objects));
  }

  private Last lastInHistory(List<String> key) {
    try {
      PreparedStatement statement =
          statement(
              "SELECT version, objects FROM history WHERE grp = ?1 AND bundle = ?2 ORDER BY objects"
                  + " DESC LIMIT 1");
      statement.setString(1, key.get(0));
      statement.setString(2, key.get(1));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new Last(row.getString(1), row.getLong(2)) : new Last("", 0);
      }
    } catch (SQLException e) {
      throw database.broken(e);
    }
  }

  /**
   * Keeps a rejection, and counts it by reason, survey and time; {@code ''} is no survey. An event
   * that several bundles reject has one rejection, the last.
   */
  public void rejection(StoredRecord record, Rejection rejection) {
    String survey = rejection.getSurvey() == null ? "" : rejection.getSurvey();
    run(
        "UPDATE rejection_count SET rejections = rejections - 1 WHERE (reason, survey) IN"
            + " (SELECT reason, coalesce(survey, '') FROM rejection WHERE topic = ?1 AND part = ?2"
            + " AND off = ?3)",
        rejection.getTopic(),
        rejection.getPartition(),
        rejection.getOffset());
    run(
        "INSERT INTO rejection_count VALUES(?1, ?2, 1, ?3) ON CONFLICT DO UPDATE SET"
            + " rejections = rejections + 1, latest = max(latest, ?3)",
        rejection.getReason().name(),
        survey,
        record.timestampMs());
    for (TimeStep step : TimeStep.values()) {
      run(
          "UPDATE rejection_time SET rejections = rejections - 1 WHERE (width, start, reason,"
              + " survey) IN (SELECT ?4, time - time % ?4, reason, coalesce(survey, '') FROM"
              + " rejection WHERE topic = ?1 AND part = ?2 AND off = ?3)",
          rejection.getTopic(), rejection.getPartition(), rejection.getOffset(), step.widthMs());
      run(
          "INSERT INTO rejection_time VALUES(?1, ?2, ?3, ?4, 1) ON CONFLICT DO UPDATE SET"
              + " rejections = rejections + 1",
          step.widthMs(),
          step.start(record.timestampMs()),
          rejection.getReason().name(),
          survey);
    }
    run(
        "INSERT OR REPLACE INTO rejection VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        rejection.getTopic(),
        rejection.getPartition(),
        rejection.getOffset(),
        rejection.getReason().name(),
        rejection.getSurvey(),
        rejection.getObject(),
        record.timestampMs(),
        record.value());
  }

  /** Forgets the object posterior with a key, whose record was withdrawn. */
  public void withdrawObject(byte[] key) {
    run("DELETE FROM object WHERE key = ?1", (Object) key);
    run("DELETE FROM sample WHERE key = ?1", (Object) key);
  }

  /** Forgets the group posterior with a key, whose record was withdrawn. */
  public void withdrawGroup(byte[] key) {
    run(
        "DELETE FROM history WHERE (grp, bundle) IN (SELECT grp, bundle FROM grp WHERE key = ?1 AND"
            + " start < 0)",
        (Object) key);
    run("DELETE FROM grp WHERE key = ?1", (Object) key);
    lasts.clear();
  }

  /** Adds to a count that lasts. */
  public void count(Tally tally, long more) {
    if (more > 0) {
      run(
          "INSERT INTO tally VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = value + ?2",
          tally.name(),
          more);
    }
  }

  /** Makes everything since the last commit visible and lasting. */
  public void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw database.broken(e);
    }
  }

  /** Forgets everything since the last commit. */
  public void rollBack() {
    try {
      connection.rollback();
      lasts.clear();
    } catch (SQLException e) {
      throw database.broken(e);
    }
  }

  /** Returns the number of rows that were changed. */
  private int run(String sql, @Nullable Object... values) {
    try {
      PreparedStatement statement = statement(sql);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw database.broken(e);
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
  }
}
