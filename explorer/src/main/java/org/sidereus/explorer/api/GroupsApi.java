package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.streams.results.BundleComparison;
import org.sidereus.streams.results.PosteriorJson;

/** Groups: the list, the posterior of one, and its history. */
final class GroupsApi {
  /** Start of the window "all time" in the database. */
  private static final long ALL_TIME = -1;

  /** Windows of a group on its page, over all its bundles and surveys. */
  private static final int MOST_WINDOWS = 2_000;

  private static final int LONGEST_PAGE = 500;

  private static final Map<String, String> ORDERS =
      Map.of(
          "group", "grp",
          "objects", "objects",
          "changed", "seen",
          "mean", "first_mean",
          "flags", "flags",
          "left_out", "left_out");

  private final ExplorerDatabase database;
  private final Decoded decoded;
  private final Installation installation;
  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final Priors priors = new Priors();
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  GroupsApi(ExplorerDatabase database, Decoded decoded, Installation installation) {
    this.database = database;
    this.decoded = decoded;
    this.installation = installation;
  }

  /** A page of groups, for all time, one row for each bundle. */
  ObjectNode list(Query query) {
    String sort =
        query.oneOf("sort", List.of("group", "objects", "changed", "mean", "flags", "left_out"));
    String order = query.oneOf("order", List.of("asc", "desc"));
    long limit = query.number("limit", 50, LONGEST_PAGE);
    long offset = query.number("offset", 0, Integer.MAX_VALUE);
    StringBuilder where = new StringBuilder(" FROM grp WHERE start = " + ALL_TIME);
    List<Object> values = new ArrayList<>();
    if (query.text("search") != null) {
      where.append(" AND instr(lower(grp), lower(?)) > 0");
      values.add(query.required("search"));
    }
    if (query.text("bundle") != null) {
      where.append(" AND bundle = ?");
      values.add(query.required("bundle"));
    }
    if (query.text("flag") != null) {
      where.append(" AND instr(' ' || flags || ' ', ' ' || ? || ' ') > 0");
      values.add(query.required("flag"));
    }
    return database.read(
        connection -> {
          ObjectNode page = nodes.objectNode();
          page.put("total", Sql.number(connection, "SELECT count(*)" + where, values));
          ArrayNode groups = page.putArray("groups");
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      // the order is found without the records, which are long
                      "SELECT record, seen FROM (SELECT grp AS g, bundle AS b, %1$s AS place%2$s ORDER BY place %3$s, g, b LIMIT %4$d OFFSET %5$d) JOIN grp ON grp = g AND bundle = b AND start = %6$d ORDER BY place %3$s, g, b"
                          .formatted(ORDERS.get(sort), where, order, limit, offset, ALL_TIME),
                      values);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              groups.add(row(decoded.group(rows.getBytes(1)), rows.getLong(2)));
            }
          }
          return page;
        });
  }

  private ObjectNode row(GroupPosterior one, long seenMs) {
    ObjectNode row = nodes.objectNode();
    row.put("group", one.getGroup());
    row.put("bundle", one.getBundle());
    row.put("bundle_version", one.getBundleVersion());
    row.put("objects", one.getObjects());
    row.put("combined", one.getCombined());
    row.put("left_out", one.getLeftOut());
    row.put("time", one.getTime().toString());
    row.put("changed_ms", seenMs);
    ArrayNode flags = row.putArray("flags");
    one.getFlags().forEach(flags::add);
    ArrayNode parameters = row.putArray("parameters");
    for (SharedParameter p : one.getParameters()) {
      parameters
          .addObject()
          .put("name", p.getName())
          .put("unit", p.getUnit())
          .put("mean", p.getMean())
          .put("sd", p.getSd())
          .put("robust_mean", p.getRobustMean())
          .put("robust_sd", p.getRobustSd());
    }
    return row;
  }

  /** Everything that is known of one group: its posteriors by bundle, windows and contours. */
  ObjectNode one(Query query) {
    String name = query.required("group");
    return database.read(
        connection -> {
          List<GroupPosterior> allTime = allTime(connection, name);
          List<GroupPosterior> inWindows = latestWindows(connection, name);
          if (allTime.isEmpty() && inWindows.isEmpty()) {
            throw ApiException.missing("there is no group '" + name + "'");
          }
          ObjectNode group = nodes.objectNode();
          group.put("group", name);
          ArrayNode posteriors = group.putArray("posteriors");
          for (GroupPosterior one : allTime) {
            ObjectNode node = posteriorJson.of(one);
            node.remove("joint_densities");
            node.set("contours", contours(one));
            node.set("prior", prior(one));
            posteriors.add(node);
          }
          ArrayNode windows = group.putArray("windows");
          inWindows.stream()
              .sorted(Comparator.comparing(GroupPosterior::getWindowStart))
              .forEach(one -> windows.add(window(one)));
          group.set("comparison", posteriorJson.of(BundleComparison.of(allTime)));
          ObjectNode truth = group.putObject("truth");
          installation.truths().getOrDefault(name, Map.of()).forEach(truth::put);
          return group;
        });
  }

  /** The posteriors of a group for all time, one for each bundle. */
  List<GroupPosterior> allTime(Connection connection, String name) throws SQLException {
    return posteriors(
        connection,
        "SELECT record FROM grp WHERE grp = ? AND start = " + ALL_TIME + " ORDER BY bundle",
        name);
  }

  /** The posteriors of a group in its latest windows. */
  private List<GroupPosterior> latestWindows(Connection connection, String name)
      throws SQLException {
    return posteriors(
        connection,
        "SELECT record FROM grp WHERE grp = ? AND start <> %d ORDER BY start DESC, bundle LIMIT %d"
            .formatted(ALL_TIME, MOST_WINDOWS),
        name);
  }

  private List<GroupPosterior> posteriors(Connection connection, String sql, String name)
      throws SQLException {
    List<GroupPosterior> all = new ArrayList<>();
    try (PreparedStatement statement = Sql.prepare(connection, sql, List.of(name));
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        all.add(decoded.group(rows.getBytes(1)));
      }
    }
    return all;
  }

  private ObjectNode window(GroupPosterior one) {
    ObjectNode node = row(one, one.getTime().toEpochMilli());
    node.put("window_start", String.valueOf(one.getWindowStart()));
    node.put("window_end", String.valueOf(one.getWindowEnd()));
    node.put("closed", one.getClosed());
    node.put("survey", one.getSurvey());
    return node;
  }

  /** The contours of each pair of parameters, those of the robust posterior and of the prior. */
  private ArrayNode contours(GroupPosterior one) {
    ArrayNode all = nodes.arrayNode();
    List<SharedParameter> parameters = one.getParameters();
    for (int i = 0; i < parameters.size(); i++) {
      for (int j = i + 1; j < parameters.size(); j++) {
        Pair posterior = Pair.of(parameters, one.getCovariance(), i, j, false);
        ObjectNode node = all.addObject();
        node.put("first", parameters.get(i).getName());
        node.put("second", parameters.get(j).getName());
        List<Float> known = Pair.jointDensity(one, i, j);
        node.put("gaussian", known == null);
        if (!posterior.hasRegions()) {
          node.putArray("lines");
          continue;
        }
        node.set("lines", known == null ? posterior.ellipses() : posterior.lines(known));
        if (one.getRobustCovariance() != null) {
          Pair robust = Pair.of(parameters, one.getRobustCovariance(), i, j, true);
          if (robust.hasRegions()) {
            node.set("robust", robust.ellipses());
          }
        }
        Pair prior = prior(one, i, j);
        if (prior != null) {
          node.set("prior", prior.ellipses());
        }
      }
    }
    return all;
  }

  /** The joint prior of two parameters; null: it is not known, or it has no ellipses. */
  private @Nullable Pair prior(GroupPosterior one, int i, int j) {
    List<Parameter> shared = sharedParameters(one);
    if (shared.size() <= j) {
      return null;
    }
    Prior first = shared.get(i).prior();
    Prior second = shared.get(j).prior();
    return first instanceof Normal && second instanceof Normal
        ? Pair.ofNormalPriors(first, second)
        : null;
  }

  private ArrayNode prior(GroupPosterior one) {
    return priors.of(sharedParameters(one), name -> densityNodes(one.getParameters(), name));
  }

  /** The shared parameters as the bundle of a posterior has them; empty: it is not here. */
  private List<Parameter> sharedParameters(GroupPosterior one) {
    return installation
        .bundle(one.getBundle(), one.getBundleVersion())
        .map(installed -> installed.manifest().sharedParameters())
        .orElse(List.of());
  }

  /** Where the density of a parameter is known; empty: nowhere. */
  private static double[] densityNodes(List<SharedParameter> parameters, String name) {
    return parameters.stream()
        .filter(p -> p.getName().equals(name) && p.getDensityNodes() != null)
        .flatMap(p -> p.getDensityNodes().stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** Mean and standard deviation against the number of objects, by bundle. */
  ObjectNode history(Query query) {
    String name = query.required("group");
    return database.read(
        connection -> {
          ObjectNode node = nodes.objectNode();
          node.put("group", name);
          ArrayNode all = node.putArray("history");
          Map<String, Long> last = new HashMap<>();
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT bundle, objects, means, log_evidence FROM history WHERE grp = ?"
                          + " ORDER BY bundle, objects",
                      List.of(name));
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              List<Double> moments = new ArrayList<>();
              ByteBuffer means = ByteBuffer.wrap(rows.getBytes(3));
              while (means.hasRemaining()) {
                moments.add(means.getDouble());
              }
              double evidence = rows.getDouble(4);
              Double logEvidence = rows.wasNull() ? null : (Double) evidence;
              last.put(rows.getString(1), rows.getLong(2));
              all.add(moment(rows.getString(1), rows.getLong(2), moments, logEvidence));
            }
          }
          // the history is thinned; its end is what the group is now
          for (GroupPosterior one : allTime(connection, name)) {
            if (one.getObjects() > last.getOrDefault(one.getBundle(), 0L)) {
              List<Double> moments = new ArrayList<>();
              one.getParameters().forEach(p -> moments.addAll(List.of(p.getMean(), p.getSd())));
              all.add(moment(one.getBundle(), one.getObjects(), moments, one.getLogEvidence()));
            }
          }
          return node;
        });
  }

  /**
   * One posterior of the history.
   *
   * @param moments mean and standard deviation of each parameter in turn
   */
  private ObjectNode moment(
      String bundle, long objects, List<Double> moments, @Nullable Double logEvidence) {
    ObjectNode one = nodes.objectNode();
    one.put("bundle", bundle);
    one.put("objects", objects);
    ArrayNode means = one.putArray("mean");
    ArrayNode sds = one.putArray("sd");
    for (int i = 0; i < moments.size(); i += 2) {
      means.add(moments.get(i));
      sds.add(moments.get(i + 1));
    }
    one.put("log_evidence", logEvidence);
    return one;
  }
}
