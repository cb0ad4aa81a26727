package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Source;
import org.sidereus.streams.results.PosteriorJson;

/** Objects: the list, and the posteriors of one. */
final class ObjectsApi {
  private static final int LONGEST_PAGE = 500;

  /** The density of a prior is shown to so many standard deviations of the posterior. */
  private static final double PRIOR_REACH = 4;

  private static final int PRIOR_STEPS = 80;

  private final ExplorerDatabase database;
  private final Decoded decoded;
  private final Installation installation;
  private final ObservationReading observations;
  private final Predictions predictions;
  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final Priors priors = new Priors();
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  ObjectsApi(
      ExplorerDatabase database,
      Decoded decoded,
      Installation installation,
      ObservationReading observations,
      Predictions predictions) {
    this.database = database;
    this.decoded = decoded;
    this.installation = installation;
    this.observations = observations;
    this.predictions = predictions;
  }

  /**
   * Objects whose identifier begins with a text, or those of a group, by identifier. A page ends
   * with the last posterior of an object, so that the next one begins after it.
   */
  ObjectNode list(Query query) {
    long limit = query.number("limit", 50, LONGEST_PAGE);
    StringBuilder where = new StringBuilder(" FROM object WHERE 1 = 1");
    List<Object> values = new ArrayList<>();
    String search = query.text("search");
    if (search != null) {
      where.append(" AND object >= ? AND object < ?");
      values.add(search);
      values.add(search + Sql.LAST);
    }
    String after = query.text("after");
    if (after != null) {
      where.append(" AND object > ?");
      values.add(after);
    }
    for (String name : List.of("group", "survey", "bundle")) {
      if (query.text(name) != null) {
        where.append(name.equals("group") ? " AND grp = ?" : " AND " + name + " = ?");
        values.add(query.required(name));
      }
    }
    if (query.text("flag") != null) {
      where.append(" AND instr(' ' || flags || ' ', ' ' || ? || ' ') > 0");
      values.add(query.required("flag"));
    }
    return database.read(
        connection -> {
          ObjectNode page = nodes.objectNode();
          ArrayNode objects = page.putArray("objects");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT survey, object, bundle, grp, flags, p_value, time, seen"
                          + where
                          + " ORDER BY object",
                      values);
              ResultSet rows = statement.executeQuery()) {
            String last = null;
            while (rows.next() && (objects.size() < limit || rows.getString(2).equals(last))) {
              last = rows.getString(2);
              ObjectNode one = objects.addObject();
              one.put("survey", rows.getString(1));
              one.put("object", rows.getString(2));
              one.put("bundle", rows.getString(3));
              one.put("group", rows.getString(4));
              one.put("flags", rows.getString(5));
              double pValue = rows.getDouble(6);
              one.put("p_value", rows.wasNull() ? null : (Double) pValue);
              one.put("time_ms", rows.getLong(7));
              one.put("changed_ms", rows.getLong(8));
            }
          }
          return page;
        });
  }

  /** The published samples of the same revision; null: there are none. */
  private JsonNode samples(ObjectPosterior posterior) {
    return database.read(
        connection -> {
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT record FROM sample WHERE object = ? AND survey = ? AND bundle = ?",
                      List.of(
                          posterior.getObject(), posterior.getSurvey(), posterior.getBundle()));
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
              return nodes.nullNode();
            }
            PosteriorSamples found = decoded.samples(row.getBytes(1));
            if (found.getRevision() != posterior.getRevision()) {
              return nodes.nullNode();
            }
            ObjectNode node = nodes.objectNode();
            ArrayNode theta = node.putArray("theta");
            found.getTheta().forEach(theta::add);
            ArrayNode weights = node.putArray("weights");
            found.getWeights().forEach(weights::add);
            return node;
          }
        });
  }

  /**
   * The observation that gave a posterior; null: it is no longer in its topic, or another event is
   * at its place, as after the topic was made anew.
   */
  private JsonNode observation(String survey, String object, Source source) {
    JsonNode found = observations.read(source);
    return found.path("survey").asText().equals(survey)
            && found.path("object").asText().equals(object)
        ? found
        : nodes.nullNode();
  }

  /** The units of what a bundle takes as measurements, by name; none where it is not here. */
  private ObjectNode units(Optional<Manifest> manifest) {
    ObjectNode units = nodes.objectNode();
    manifest.ifPresent(
        known -> {
          known.observables().forEach(one -> units.put(one.name(), one.unit()));
          known.covariates().forEach(one -> units.put(one.name(), one.unit()));
          known.parameters().forEach(one -> units.put(one.name(), one.unit()));
        });
    return units;
  }

  /** Where the prior of a parameter is drawn: within 4 sd of the posterior. */
  private static double[] places(List<ParameterPosterior> parameters, String name) {
    return parameters.stream()
        .filter(one -> one.getName().equals(name))
        .findFirst()
        .map(
            one ->
                IntStream.rangeClosed(0, PRIOR_STEPS)
                    .mapToDouble(
                        i ->
                            one.getMean() + one.getSd() * PRIOR_REACH * (2.0 * i / PRIOR_STEPS - 1))
                    .toArray())
        .orElse(new double[0]);
  }

  /** The posteriors of one object by bundle, with their priors and the observations behind them. */
  ObjectNode one(Query query) {
    String survey = query.required("survey");
    String object = query.required("object");
    List<ObjectPosterior> posteriors =
        database.read(
            connection -> {
              List<ObjectPosterior> all = new ArrayList<>();
              try (PreparedStatement statement =
                      Sql.prepare(
                          connection,
                          "SELECT record FROM object WHERE object = ? AND survey = ? ORDER BY"
                              + " bundle",
                          List.of(object, survey));
                  ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                  all.add(decoded.object(rows.getBytes(1)));
                }
              }
              return all;
            });
    if (posteriors.isEmpty()) {
      throw ApiException.missing("there is no object '%s' of '%s'".formatted(object, survey));
    }
    ObjectNode node = nodes.objectNode();
    node.put("survey", survey);
    node.put("object", object);
    Map<Source, JsonNode> observed = new HashMap<>();
    ArrayNode list = node.putArray("posteriors");
    for (ObjectPosterior one : posteriors) {
      ObjectNode posterior = posteriorJson.of(one);
      posterior.set("posterior_samples", samples(one));
      JsonNode observation =
          observed.computeIfAbsent(one.getSource(), source -> observation(survey, object, source));
      posterior.set("observation", observation);
      posterior.set("prediction", predictions.of(one, observation));
      Optional<Installation.Installed> bundle =
          installation.bundle(one.getBundle(), one.getBundleVersion());
      posterior.put("bundle_digest", bundle.map(Installation.Installed::digest).orElse(null));
      Optional<Manifest> manifest = bundle.map(Installation.Installed::manifest);
      posterior.set(
          "prior",
          priors.of(
              manifest.map(Manifest::parameters).orElse(List.of()),
              name -> places(one.getParameters(), name)));
      posterior.set("measured_units", units(manifest));
      list.add(posterior);
    }
    return node;
  }
}
