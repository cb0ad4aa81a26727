package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.explorer.store.TimeStep;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.streams.results.PosteriorJson;

/** Rejections: by reason, the list, and one with its event. */
final class RejectionsApi {
  private static final int LONGEST_PAGE = 500;

  /** Steps of time that are counted, the latest. */
  private static final int MOST_STEPS = 200;

  /** Bytes of an event that are shown where it cannot be decoded. */
  private static final int SHOWN_BYTES = 512;

  private final ExplorerDatabase database;
  private final Decoded decoded;
  private final Deserializer<Observation> observations;
  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  RejectionsApi(
      ExplorerDatabase database, Decoded decoded, Deserializer<Observation> observations) {
    this.database = database;
    this.decoded = decoded;
    this.observations = observations;
  }

  /** The latest rejections, and how many there are by reason, survey and time. */
  ObjectNode list(Query query) {
    long limit = query.number("limit", 50, LONGEST_PAGE);
    long offset = query.number("offset", 0, Integer.MAX_VALUE);
    StringBuilder where = new StringBuilder(" WHERE 1 = 1");
    List<Object> values = new ArrayList<>();
    for (String name : List.of("reason", "survey", "object")) {
      if (query.text(name) != null) {
        where.append(" AND ").append(name).append(" = ?");
        values.add(query.required(name));
      }
    }
    // all of them are not counted one by one
    String total =
        query.text("object") == null
            ? "SELECT sum(rejections) FROM rejection_count"
            : "SELECT count(*) FROM rejection";
    return database.read(
        connection -> {
          ObjectNode page = nodes.objectNode();
          page.put("total", Sql.number(connection, total + where, values));
          ArrayNode counts = page.putArray("counts");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT reason, nullif(survey, ''), rejections, latest FROM rejection_count"
                          + " WHERE rejections > 0 ORDER BY rejections DESC, reason, survey LIMIT"
                          + " 100",
                      List.of());
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              counts
                  .addObject()
                  .put("reason", rows.getString(1))
                  .put("survey", rows.getString(2))
                  .put("rejections", rows.getLong(3))
                  .put("latest_ms", rows.getLong(4));
            }
          }
          page.set("times", times(connection, query));
          ArrayNode rejections = page.putArray("rejections");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT record, time FROM rejection%s ORDER BY time DESC, topic DESC, part DESC, off DESC LIMIT %d OFFSET %d"
                          .formatted(where, limit, offset),
                      values);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              rejections.add(row(decoded.rejection(rows.getBytes(1)), rows.getLong(2)));
            }
          }
          return page;
        });
  }

  /** How many of a reason and survey there are in each step of time that has some. */
  private ObjectNode times(Connection connection, Query query) throws SQLException {
    long latest = Sql.number(connection, "SELECT max(time) FROM rejection", List.of());
    long earliest = Sql.number(connection, "SELECT min(time) FROM rejection", List.of());
    TimeStep step = TimeStep.of(latest - earliest, MOST_STEPS);
    StringBuilder where = new StringBuilder(" WHERE width = ? AND start >= ? AND rejections > 0");
    List<Object> values = new ArrayList<>();
    values.add(step.widthMs());
    values.add(latest - MOST_STEPS * step.widthMs());
    for (String name : List.of("reason", "survey")) {
      if (query.text(name) != null) {
        where.append(" AND ").append(name).append(" = ?");
        values.add(query.required(name));
      }
    }
    ObjectNode times = nodes.objectNode().put("step_ms", step.widthMs());
    ArrayNode counts = times.putArray("counts");
    try (PreparedStatement statement =
            Sql.prepare(
                connection,
                "SELECT start, reason, sum(rejections) FROM rejection_time"
                    + where
                    + " GROUP BY start, reason ORDER BY start, reason",
                values);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        counts
            .addObject()
            .put("start_ms", rows.getLong(1))
            .put("reason", rows.getString(2))
            .put("rejections", rows.getLong(3));
      }
    }
    return times;
  }

  private ObjectNode row(Rejection one, long timeMs) {
    return nodes
        .objectNode()
        .put("reason", one.getReason().name())
        .put("detail", one.getDetail())
        .put("topic", one.getTopic())
        .put("partition", one.getPartition())
        .put("offset", one.getOffset())
        .put("survey", one.getSurvey())
        .put("object", one.getObject())
        .put("time_ms", timeMs);
  }

  /** One rejection with its event, decoded as far as it can be. */
  ObjectNode one(Query query) {
    List<Object> place =
        List.of(
            query.required("topic"),
            query.number("partition", 0, Integer.MAX_VALUE),
            query.number("offset", 0, Long.MAX_VALUE));
    return database.read(
        connection -> {
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT record, time FROM rejection WHERE topic = ? AND part = ? AND off = ?",
                      place);
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
              throw ApiException.missing("there is no such rejection");
            }
            Rejection rejection = decoded.rejection(row.getBytes(1));
            ObjectNode node = row(rejection, row.getLong(2));
            putEvent(node, rejection);
            return node;
          }
        });
  }

  private void putEvent(ObjectNode node, Rejection rejection) {
    byte[] key = bytes(rejection.getKey());
    byte[] value = bytes(rejection.getValue());
    node.put("key", key == null ? null : text(key));
    node.put("value_bytes", value == null ? null : (Integer) value.length);
    node.putNull("event");
    node.put("value", value == null ? null : text(value));
    if (value != null) {
      try {
        synchronized (observations) {
          node.set(
              "event",
              FiniteNumbers.named(
                  posteriorJson.of(observations.deserialize(rejection.getTopic(), value))));
        }
      } catch (KafkaException e) {
        node.put("event_error", e.getMessage());
      }
    }
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** The beginning of an event as text, or as hexadecimal digits where it is none. */
  private static String text(byte[] bytes) {
    int shown = Math.min(bytes.length, SHOWN_BYTES);
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, shown)).toString();
      if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
        return text;
      }
    } catch (CharacterCodingException e) {
      return "hex " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown);
    }
    return "hex " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown);
  }
}
