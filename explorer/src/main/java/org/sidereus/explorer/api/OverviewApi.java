package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.explorer.follow.Rates;
import org.sidereus.explorer.follow.StreamProgress;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.explorer.store.Tally;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.Secrets;

/** The stream as a whole: counts and rates, bundles, search, and how to read it. */
final class OverviewApi {
  private static final int MOST_FOUND = 10;

  /** Among so many surveys, a text is looked for. */
  private static final int MOST_SURVEYS = 1000;

  /** The surveys one after the other, each found by the index without a look at its objects. */
  private static final String SURVEYS =
      "WITH RECURSIVE each(name) AS (SELECT min(survey) FROM object UNION ALL SELECT (SELECT"
          + " min(survey) FROM object WHERE survey > name) FROM each WHERE name IS NOT NULL LIMIT "
          + MOST_SURVEYS
          + ") SELECT name FROM each WHERE instr(lower(name), lower(?)) > 0 LIMIT "
          + MOST_FOUND;

  private final ExplorerDatabase database;
  private final Installation installation;
  private final LiveState live;
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  OverviewApi(ExplorerDatabase database, Installation installation, LiveState live) {
    this.database = database;
    this.installation = installation;
    this.live = live;
  }

  /** Counts, rates and bundles. */
  ObjectNode overview() {
    return database.read(
        connection -> {
          ObjectNode node = nodes.objectNode();
          node.put("follows", live.follows().getAsBoolean());
          StreamProgress.Progress last = live.progress().last();
          node.put("observations", last == null ? null : (Long) last.observations());
          node.put("lag", last == null ? null : last.lag());
          for (Tally tally : Tally.values()) {
            node.put(tally.name().toLowerCase(Locale.ROOT), tally(connection, tally));
          }
          node.put(
              "groups",
              Sql.number(
                  connection, "SELECT count(DISTINCT grp) FROM grp WHERE start = -1", List.of()));
          node.put("database_bytes", database.bytes());
          Rates.Counts counts = live.rates().last();
          ObjectNode perSecond = node.putObject("per_second");
          ArrayNode posteriors = perSecond.putArray("object_posteriors");
          ArrayNode rejections = perSecond.putArray("rejections");
          for (int i = 0; i < counts.posteriors().length; i++) {
            posteriors.add(counts.posteriors()[i]);
            rejections.add(counts.rejections()[i]);
          }
          node.set("bundles", bundles());
          ArrayNode flags = node.putArray("flags");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT flags, count(*) FROM grp WHERE start = -1 AND flags <> '' GROUP BY"
                          + " flags ORDER BY 2 DESC LIMIT 50",
                      List.of());
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              flags.addObject().put("flags", rows.getString(1)).put("groups", rows.getLong(2));
            }
          }
          return node;
        });
  }

  /** Whether the pages are up to date, and what keeps them from it. */
  ObjectNode state() {
    ObjectNode node = nodes.objectNode();
    node.put("follows", live.follows().getAsBoolean());
    ArrayNode notices = node.putArray("notices");
    live.notices().all().forEach(notices::add);
    long unreadable = database.read(connection -> tally(connection, Tally.UNREADABLE));
    if (unreadable > 0) {
      notices.add(
          unreadable
              + (unreadable == 1 ? " record" : " records")
              + " could not be read and "
              + (unreadable == 1 ? "is" : "are")
              + " not shown: the log of the explorer names what could not be read.");
    }
    return node;
  }

  private static long tally(Connection connection, Tally tally) throws SQLException {
    return Sql.number(connection, "SELECT value FROM tally WHERE name = ?", List.of(tally.name()));
  }

  private ArrayNode bundles() {
    ArrayNode all = nodes.arrayNode();
    for (Installation.Installed installed : installation.bundles()) {
      Manifest manifest = installed.manifest();
      ObjectNode one = all.addObject().put("name", manifest.name());
      one.put("version", manifest.version());
      one.put("digest", installed.digest());
      ArrayNode shared = one.putArray("shared_parameters");
      manifest.sharedParameters().forEach(p -> shared.add(p.name()));
    }
    for (String name : installation.absent()) {
      ObjectNode one = all.addObject().put("name", name);
      one.putNull("version").putNull("digest").putArray("shared_parameters");
    }
    return all;
  }

  /** Groups, objects and surveys whose names have a text. */
  ObjectNode search(Query query) {
    String text = query.required("q");
    return database.read(
        connection -> {
          ObjectNode node = nodes.objectNode();
          ArrayNode groups = node.putArray("groups");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT DISTINCT grp FROM grp WHERE start = -1 AND instr(lower(grp),"
                          + " lower(?)) > 0 LIMIT "
                          + MOST_FOUND,
                      List.of(text));
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              groups.add(rows.getString(1));
            }
          }
          ArrayNode objects = node.putArray("objects");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT DISTINCT survey, object FROM object WHERE object >= ? AND object < ?"
                          + " LIMIT "
                          + MOST_FOUND,
                      List.of(text, text + Sql.LAST));
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              objects.addObject().put("survey", rows.getString(1)).put("object", rows.getString(2));
            }
          }
          ArrayNode surveys = node.putArray("surveys");
          try (PreparedStatement statement = Sql.prepare(connection, SURVEYS, List.of(text));
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              surveys.add(rows.getString(1));
            }
          }
          return node;
        });
  }

  /** Addresses, topics and schemas of this installation. */
  ObjectNode stream() {
    Topics topics = installation.config().topics();
    ObjectNode node = nodes.objectNode();
    node.put("bootstrap_servers", installation.config().bootstrapServers());
    node.put(
        "schema_registry_url",
        Secrets.withoutPasswords(
            String.valueOf(installation.config().registry().get("schema.registry.url"))));
    ArrayNode list = node.putArray("topics");
    add(list, "observations", topics.observations(), Observation.getClassSchema());
    add(list, "object_posteriors", topics.objectPosteriors(), ObjectPosterior.getClassSchema());
    add(list, "group_posteriors", topics.groupPosteriors(), GroupPosterior.getClassSchema());
    add(list, "rejections", topics.rejections(), Rejection.getClassSchema());
    installation
        .config()
        .samplesTopic()
        .ifPresent(topic -> add(list, "samples", topic, PosteriorSamples.getClassSchema()));
    return node;
  }

  private void add(ArrayNode list, String role, String topic, Schema schema) {
    ObjectNode one = list.addObject();
    one.put("role", role);
    one.put("topic", topic);
    one.put("doc", schema.getDoc());
    ArrayNode fields = one.putArray("fields");
    for (Schema.Field field : schema.getFields()) {
      fields
          .addObject()
          .put("name", field.name())
          .put("type", typeOf(field.schema()))
          .put("doc", field.doc());
    }
  }

  private static String typeOf(Schema schema) {
    return switch (schema.getType()) {
      case UNION ->
          schema.getTypes().stream()
              .filter(one -> one.getType() != Schema.Type.NULL)
              .map(OverviewApi::typeOf)
              .reduce((a, b) -> a + " or " + b)
              .map(type -> type + " or null")
              .orElse("null");
      case ARRAY -> "array of " + typeOf(schema.getElementType());
      case RECORD, ENUM -> schema.getName();
      default ->
          schema.getLogicalType() == null
              ? schema.getType().getName()
              : schema.getLogicalType().getName();
    };
  }
}
