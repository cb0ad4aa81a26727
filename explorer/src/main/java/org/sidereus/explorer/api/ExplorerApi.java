package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;
import org.sidereus.explorer.store.ExplorerDatabase;

/** The JSON API by path. */
public final class ExplorerApi {
  private final Map<String, Function<Query, JsonNode>> resources;

  /** The API over the records of an installation. */
  public ExplorerApi(
      KeptRecords records, Installation installation, Predictions predictions, LiveState live) {
    ExplorerDatabase database = records.database();
    Decoded decoded = new Decoded(installation.config().topics(), records.decoders());
    OverviewApi overview = new OverviewApi(database, installation, live);
    GroupsApi groups = new GroupsApi(database, decoded, installation);
    GroupObjectsApi members = new GroupObjectsApi(database, decoded, groups);
    ObjectsApi objects =
        new ObjectsApi(database, decoded, installation, records.reading(), predictions);
    RejectionsApi rejections = new RejectionsApi(database, decoded, records.observations());
    resources =
        Map.ofEntries(
            Map.entry("/api/overview", query -> overview.overview()),
            Map.entry("/api/state", query -> overview.state()),
            Map.entry("/api/search", overview::search),
            Map.entry("/api/stream", query -> overview.stream()),
            Map.entry("/api/groups", groups::list),
            Map.entry("/api/group", groups::one),
            Map.entry("/api/group/history", groups::history),
            Map.entry("/api/group/objects", members::list),
            Map.entry("/api/group/p-values", members::pValues),
            Map.entry("/api/objects", objects::list),
            Map.entry("/api/object", objects::one),
            Map.entry("/api/rejections", rejections::list),
            Map.entry("/api/rejection", rejections::one));
  }

  /**
   * The JSON of a resource.
   *
   * @param query encoded, as in the address; null: none
   * @throws ApiException if there is none
   */
  public JsonNode get(String path, @org.jspecify.annotations.Nullable String query) {
    Function<Query, JsonNode> resource = resources.get(path);
    if (resource == null) {
      throw ApiException.missing(
          "there is no " + path + "; /api/openapi.json describes what there is");
    }
    return FiniteNumbers.in(resource.apply(Query.of(query)));
  }
}
