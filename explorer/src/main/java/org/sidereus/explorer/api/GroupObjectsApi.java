package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.explorer.store.StoredMoments;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.SharedParameter;

/** The objects behind the posterior of a group: those that pull most, and their p-values. */
final class GroupObjectsApi {
  /** The tension of more objects than this is not computed; those of the lowest p-values are. */
  private static final int MOST_OBJECTS = 20_000;

  private static final int BINS = 20;
  private static final int LONGEST_PAGE = 500;

  private final ExplorerDatabase database;
  private final Decoded decoded;
  private final GroupsApi groups;
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  GroupObjectsApi(ExplorerDatabase database, Decoded decoded, GroupsApi groups) {
    this.database = database;
    this.decoded = decoded;
    this.groups = groups;
  }

  /**
   * The objects of a group that pull most: their means of one shared parameter, by the distance
   * from the group's in standard deviations of the difference. An object is a part of its group, so
   * the variance of the difference is that of the object less that of the group.
   */
  ObjectNode list(Query query) {
    String name = query.required("group");
    String bundle = query.required("bundle");
    int limit = (int) query.number("limit", 30, LONGEST_PAGE);
    return database.read(
        connection -> {
          GroupPosterior posterior =
              groups.allTime(connection, name).stream()
                  .filter(one -> one.getBundle().equals(bundle))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          ApiException.missing(
                              "there is no group '%s' of bundle '%s'".formatted(name, bundle)));
          return tensions(connection, posterior, query, limit);
        });
  }

  private ObjectNode tensions(
      Connection connection, GroupPosterior posterior, Query query, int limit) throws SQLException {
    List<String> names = posterior.getParameters().stream().map(SharedParameter::getName).toList();
    ObjectNode node = nodes.objectNode();
    node.put("group", posterior.getGroup());
    node.put("bundle", posterior.getBundle());
    ArrayNode list = node.putArray("objects");
    if (names.isEmpty()) {
      return node;
    }
    int wanted = names.indexOf(query.oneOf("parameter", names));
    SharedParameter shared = posterior.getParameters().get(wanted);
    node.put("parameter", shared.getName());
    node.put("unit", shared.getUnit());
    node.put("mean", shared.getMean());
    node.put("sd", shared.getSd());
    Set<String> leavingOut =
        posterior.getLeftOutByFlag().stream().map(LeftOut::getFlag).collect(Collectors.toSet());
    List<Tension> all = new ArrayList<>();
    try (PreparedStatement statement =
            Sql.prepare(
                connection,
                "SELECT survey, object, flags, p_value, moments, id FROM object WHERE grp = ? AND"
                    + " bundle = ? AND version = ? LIMIT "
                    + MOST_OBJECTS,
                List.of(
                    posterior.getGroup(), posterior.getBundle(), posterior.getBundleVersion()));
        ResultSet rows = statement.executeQuery()) {
      int place = -1;
      while (rows.next()) {
        StoredMoments moments = StoredMoments.of(rows.getBytes(5));
        if (moments.parameters() == 0) {
          continue; // withdrawn
        }
        if (place < 0) {
          place = place(connection, rows.getLong(6), shared.getName());
        }
        double mean = moments.mean(place);
        double sd = moments.sd(place);
        double found = rows.getDouble(4);
        Double pValue = rows.wasNull() ? null : (Double) found;
        String flags = rows.getString(3);
        boolean isLeftOut = List.of(flags.split(" ")).stream().anyMatch(leavingOut::contains);
        all.add(
            new Tension(
                rows.getString(1),
                rows.getString(2),
                flags,
                pValue,
                mean,
                sd,
                Tension.of(mean, sd, shared.getMean(), shared.getSd(), isLeftOut)));
      }
    }
    node.put("considered", all.size());
    all.sort(Comparator.comparingDouble(Tension::size).reversed());
    for (Tension one : all.subList(0, Math.min(limit, all.size()))) {
      ObjectNode object = list.addObject();
      object.put("survey", one.survey());
      object.put("object", one.object());
      object.put("mean", one.mean());
      object.put("sd", one.sd());
      object.put("tension", one.tension());
      object.put("p_value", one.pValue());
      ArrayNode flags = object.putArray("flags");
      for (String flag : one.flags().split(" ", -1)) {
        if (!flag.isEmpty()) {
          flags.add(flag);
        }
      }
    }
    return node;
  }

  /** The index of a parameter among those of the objects. */
  private int place(Connection connection, long id, String parameter) throws SQLException {
    try (PreparedStatement statement =
            Sql.prepare(connection, "SELECT record FROM object WHERE id = ?", List.of(id));
        ResultSet row = statement.executeQuery()) {
      if (row.next()) {
        ObjectPosterior posterior = decoded.object(row.getBytes(1));
        for (int i = 0; i < posterior.getParameters().size(); i++) {
          if (posterior.getParameters().get(i).getName().equals(parameter)) {
            return i;
          }
        }
      }
    }
    throw ApiException.missing("the objects have no parameter '" + parameter + "'");
  }

  /**
   * The histogram of the posterior predictive p-values of a group's objects, of the version of the
   * bundle that published the group last.
   */
  ObjectNode pValues(Query query) {
    String name = query.required("group");
    String bundle = query.required("bundle");
    return database.read(
        connection -> {
          Map<Integer, Long> counts = new HashMap<>();
          try (PreparedStatement statement =
                  Sql.prepare(
                      connection,
                      "SELECT min(%1$d, CAST(p_value * %2$d AS INTEGER)), count(*) FROM object WHERE grp = ?1 AND bundle = ?2 AND p_value IS NOT NULL AND version = ifnull((SELECT version FROM grp WHERE grp = ?1 AND bundle = ?2 AND start = -1), version) GROUP BY 1"
                          .formatted(BINS - 1, BINS),
                      List.of(name, bundle));
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              counts.put(rows.getInt(1), rows.getLong(2));
            }
          }
          ObjectNode node = nodes.objectNode();
          node.put("group", name);
          node.put("bundle", bundle);
          ArrayNode bins = node.putArray("counts");
          for (int i = 0; i < BINS; i++) {
            bins.add(counts.getOrDefault(i, 0L));
          }
          return node;
        });
  }
}
