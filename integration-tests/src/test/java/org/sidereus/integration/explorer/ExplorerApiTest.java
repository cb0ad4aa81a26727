package org.sidereus.integration.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sidereus.integration.explorer.ExploredStream.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;

/** The JSON API over a real stream, held to its OpenAPI document. */
class ExplorerApiTest {
  private static final String HOSTILE = "<script>alert('x')</script> & \"Co\"/?#";
  private static final int OBJECTS = 40;

  @TempDir private static Path folder;
  private static ExploredStream stream;

  @BeforeAll
  static void start() throws InterruptedException {
    stream = ExploredStream.start(folder, Map.of(HOSTILE, Map.of("alpha_IMF", -2.1)));
    List<DemoSurvey.Row> rows = new ArrayList<>();
    for (DemoSurvey.Row row : DemoSurvey.first(OBJECTS).rows()) {
      boolean first = row.group().equals("galaxy-a");
      rows.add(first ? row.as(HOSTILE + row.object(), HOSTILE) : row);
    }
    stream.publish(rows);
    byte[] poison = "{\"Fe_H\": 0.1}".getBytes(StandardCharsets.UTF_8);
    stream.publish("poison".getBytes(StandardCharsets.UTF_8), poison);
    stream.await(OBJECTS, 1);
  }

  @AfterAll
  static void stop() {
    stream.close();
  }

  @Test
  void shouldGiveWhatTheOpenApiDocumentSays() {
    JsonNode group = named(stream.get("/api/groups").body().get("groups"), "group", HOSTILE);
    JsonNode object = stream.get("/api/objects?group=" + encoded(HOSTILE)).body().at("/objects/0");
    JsonNode rejection = stream.get("/api/rejections").body().at("/rejections/0");
    Map<String, String> values =
        Map.of(
            "group", HOSTILE,
            "bundle", group.get("bundle").asText(),
            "survey", object.get("survey").asText(),
            "object", object.get("object").asText(),
            "topic", rejection.get("topic").asText(),
            "partition", rejection.get("partition").asText(),
            "offset", rejection.get("offset").asText(),
            "q", "galaxy");
    JsonNode paths = stream.get("/api/openapi.json").body().get("paths");
    List<String> checked = new ArrayList<>();
    paths
        .properties()
        .forEach(
            path -> {
              JsonNode schema =
                  path.getValue().at("/get/responses/200/content/application~1json/schema");
              if (schema.isMissingNode()) {
                return; // the events
              }
              StringBuilder address = new StringBuilder(path.getKey()).append('?');
              path.getValue()
                  .at("/get/parameters")
                  .forEach(
                      one -> {
                        if (one.get("required").asBoolean()) {
                          String name = one.get("name").asText();
                          address.append(name).append('=').append(encoded(values.get(name)));
                          address.append('&');
                        }
                      });
              ExploredStream.Reply reply = stream.get(address.toString());
              assertThat(reply.status()).as("%s: %s", address, reply.body()).isEqualTo(200);
              assertThat(errors(schema, reply.body())).as("%s", address).isEmpty();
              checked.add(path.getKey());
            });
    assertThat(checked).hasSizeGreaterThanOrEqualTo(12);
  }

  @Test
  void shouldGiveNullForANumberThatIsNotFinite() {
    stream.publish(FailedPosteriors.objects(), FailedPosteriors.groups());
    stream.await(OBJECTS + FailedPosteriors.objects().size(), 1);
    stream.awaitGroup(FailedPosteriors.GROUP);
    JsonNode paths = stream.get("/api/openapi.json").body().get("paths");
    for (String address :
        List.of(
            "/api/groups?search=not-finite",
            "/api/group?group=not-finite",
            "/api/group/history?group=not-finite",
            "/api/group/objects?group=not-finite&bundle=two-parameters&parameter=slope",
            "/api/group/p-values?group=not-finite&bundle=two-parameters",
            "/api/objects?group=not-finite",
            "/api/object?survey=failed&object=not-finite-1",
            "/api/object?survey=failed&object=withdrawn")) {
      ExploredStream.Reply reply = stream.get(address);
      assertThat(reply.status()).as("%s: %s", address, reply.body()).isEqualTo(200);
      assertThat(reply.body().toString()).doesNotContain("NaN", "Infinity");
      JsonNode schema =
          paths
              .get(address.substring(0, address.indexOf('?')))
              .at("/get/responses/200/content/application~1json/schema");
      assertThat(errors(schema, reply.body())).as(address).isEmpty();
    }
    JsonNode group = stream.get("/api/group?group=not-finite").body();
    assertThat(group.at("/posteriors/0/parameters/0/mean").isNull()).isTrue();
    assertThat(group.at("/posteriors/0/contours/0/lines")).isEmpty();
    JsonNode objects =
        stream
            .get("/api/group/objects?group=not-finite&bundle=two-parameters&parameter=slope")
            .body();
    assertThat(objects.get("objects")).as("without the withdrawn one").hasSize(3);
    assertThat(objects.at("/objects/0/tension").isNull()).isTrue();
  }

  private static List<String> errors(JsonNode schema, JsonNode body) {
    JsonSchema compiled =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    return compiled.validate(body.toString(), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void shouldShowTheGroupWithItsContoursHistoryAndObjects() {
    JsonNode group = stream.get("/api/group?group=" + encoded(HOSTILE)).body();
    long objects = group.at("/posteriors/0/objects").asLong();
    assertThat(objects).isGreaterThan(10);
    assertThat(group.at("/posteriors/0/contours/0/lines")).hasSize(3);
    assertThat(group.at("/posteriors/0/contours/0/gaussian").asBoolean()).isFalse();
    assertThat(group.at("/truth/alpha_IMF").asDouble()).isEqualTo(-2.1);
    JsonNode history =
        stream.get("/api/group/history?group=" + encoded(HOSTILE)).body().get("history");
    assertThat(history.get(history.size() - 1).get("objects").asLong()).isEqualTo(objects);
    String both = "group=" + encoded(HOSTILE) + "&bundle=gce-tng";
    JsonNode pulling = stream.get("/api/group/objects?limit=500&" + both).body();
    assertThat(pulling.get("considered").asLong()).isEqualTo(objects);
    assertThat(pulling.get("objects")).hasSize((int) objects);
    JsonNode counts = stream.get("/api/group/p-values?" + both).body().get("counts");
    assertThat(StreamSupport.stream(counts.spliterator(), false).mapToLong(JsonNode::asLong).sum())
        .isEqualTo(objects);
  }

  @Test
  void shouldShowTheObjectWithWhatWasMeasured() {
    JsonNode first = stream.get("/api/objects?group=" + encoded(HOSTILE)).body().at("/objects/0");
    JsonNode object =
        stream
            .get("/api/object?survey=survey&object=" + encoded(first.get("object").asText()))
            .body();
    assertThat(object.at("/posteriors/0/parameters")).hasSizeGreaterThan(2);
    assertThat(object.at("/posteriors/0/observation/measurements")).hasSizeGreaterThan(2);
    // The posterior fits the data: the model at its mean is within some errors of the measurements.
    Map<String, Double> predicted = new HashMap<>();
    object
        .at("/posteriors/0/prediction")
        .forEach(one -> predicted.put(one.get("name").asText(), one.get("value").asDouble()));
    int compared = 0;
    for (JsonNode one : object.at("/posteriors/0/observation/measurements")) {
      if (predicted.containsKey(one.get("name").asText())) {
        double residual = one.get("value").asDouble() - predicted.get(one.get("name").asText());
        assertThat(Math.abs(residual)).isLessThan(5 * one.get("error").asDouble());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(2);
    int parameters = object.at("/posteriors/0/parameters").size();
    JsonNode samples = object.at("/posteriors/0/posterior_samples");
    assertThat(samples.get("weights")).hasSize(100);
    assertThat(samples.get("theta")).hasSize(100 * parameters);
    double mean = 0;
    for (int s = 0; s < 100; s++) {
      mean +=
          samples.get("weights").get(s).asDouble()
              * samples.get("theta").get(s * parameters).asDouble();
    }
    JsonNode prior = object.at("/posteriors/0/prior/0");
    assertThat(prior.get("kind").asText()).isEqualTo("normal");
    assertThat(prior.get("lower").isNull()).isTrue();
    double height = 1 / (prior.get("sd").asDouble() * Math.sqrt(2 * Math.PI));
    for (int i = 0; i < prior.get("density_nodes").size(); i++) {
      double z =
          (prior.get("density_nodes").get(i).asDouble() - prior.get("mean").asDouble())
              / prior.get("sd").asDouble();
      assertThat(prior.get("density_values").get(i).asDouble())
          .isCloseTo(height * Math.exp(-0.5 * z * z), within(1e-9 * height));
    }
    assertThat(prior.get("density_nodes")).hasSize(81);
    JsonNode birth = named(object.at("/posteriors/0/prior"), "name", "T_birth_Gyr");
    assertThat(birth.get("kind").asText()).isEqualTo("uniform");
    for (int i = 0; i < birth.get("density_nodes").size(); i++) {
      double at = birth.get("density_nodes").get(i).asDouble();
      boolean inside = at >= birth.get("lower").asDouble() && at <= birth.get("upper").asDouble();
      assertThat(birth.get("density_values").get(i).asDouble())
          .isCloseTo(inside ? 1 / (12.8 - 2.0) : 0, within(1e-9));
    }
    double sd = object.at("/posteriors/0/parameters/0/sd").asDouble();
    assertThat(mean)
        .isCloseTo(object.at("/posteriors/0/parameters/0/mean").asDouble(), within(0.5 * sd));
  }

  @Test
  void shouldFindGroupsObjectsAndSurveys() {
    JsonNode found = stream.get("/api/search?q=Surv").body();
    assertThat(found.at("/surveys/0").asText()).isEqualTo("survey");
    assertThat(found.get("surveys")).hasSize(1);
    JsonNode script = stream.get("/api/search?q=" + encoded("<SCRIPT>")).body();
    assertThat(script.at("/groups/0").asText()).isEqualTo(HOSTILE);
    assertThat(script.get("surveys")).isEmpty();
    assertThat(stream.get("/api/objects?survey=survey&limit=500").body().get("objects"))
        .hasSize(OBJECTS);
    assertThat(stream.get("/api/objects?survey=unknown").body().get("objects")).isEmpty();
  }

  @Test
  void shouldSayWhichBundleMadeAPosterior() {
    String digest = stream.get("/api/overview").body().at("/bundles/0/digest").asText();
    assertThat(digest).matches("[0-9a-f]{64}");
    JsonNode first = stream.get("/api/objects").body().at("/objects/0");
    JsonNode object =
        stream
            .get("/api/object?survey=survey&object=" + encoded(first.get("object").asText()))
            .body();
    assertThat(object.at("/posteriors/0/bundle_digest").asText()).isEqualTo(digest);
  }

  @Test
  void shouldCountTheRejectionsByTime() {
    JsonNode times = stream.get("/api/rejections?reason=MALFORMED").body().get("times");
    assertThat(times.get("step_ms").asLong()).isEqualTo(60_000);
    assertThat(times.get("counts")).hasSize(1);
    assertThat(times.at("/counts/0/rejections").asLong()).isEqualTo(1);
    assertThat(Math.abs(System.currentTimeMillis() - times.at("/counts/0/start_ms").asLong()))
        .isLessThan(3_600_000);
    assertThat(stream.get("/api/rejections?reason=NOT_FINITE").body().at("/times/counts"))
        .isEmpty();
  }

  @Test
  void shouldShowTheRejectedEvent() {
    JsonNode one = stream.get("/api/rejections?reason=MALFORMED").body().at("/rejections/0");
    JsonNode rejection =
        stream
            .get(
                "/api/rejection?topic=%s&partition=%d&offset=%d"
                    .formatted(
                        one.get("topic").asText(),
                        one.get("partition").asInt(),
                        one.get("offset").asLong()))
            .body();
    assertThat(rejection.get("value").asText()).isEqualTo("{\"Fe_H\": 0.1}");
    assertThat(rejection.get("event").isNull()).isTrue();
    assertThat(rejection.get("event_error").asText()).contains("magic byte");
  }

  @Test
  void shouldSayWhatIsWrongWithARequest() {
    assertThat(stream.get("/api/group").status()).isEqualTo(400);
    assertThat(stream.get("/api/group?group=unknown").status()).isEqualTo(404);
    assertThat(stream.get("/api/groups?limit=-1").status()).isEqualTo(400);
    assertThat(stream.get("/api/groups?sort=record;DROP%20TABLE%20grp").status()).isEqualTo(400);
    assertThat(stream.get("/api/groups?search=%27%20OR%201%3D1").body().get("total").asInt())
        .isZero();
    assertThat(stream.get("/../../etc/passwd").status()).isGreaterThanOrEqualTo(400);
    assertThat(stream.get("/web/index.html").status()).isEqualTo(404);
    assertThat(stream.request("POST", "/api/groups").status()).isEqualTo(405);
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() {
    JsonNode before = stream.get("/api/overview").body();
    stream.restartExplorer();
    stream.await(OBJECTS, 1);
    JsonNode after = stream.get("/api/overview").body();
    for (String count : List.of("object_posteriors", "rejections", "groups")) {
      assertThat(after.get(count)).as(count).isEqualTo(before.get(count));
    }
  }

  private static JsonNode named(JsonNode list, String field, String value) {
    for (JsonNode one : list) {
      if (one.get(field).asText().equals(value)) {
        return one;
      }
    }
    throw new AssertionError(value + " is not in " + list);
  }
}
