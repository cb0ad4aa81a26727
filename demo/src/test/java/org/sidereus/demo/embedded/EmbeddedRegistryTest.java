package org.sidereus.demo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.registry.HttpRegistry;
import org.sidereus.schemas.registry.IncompatibleSchemaException;
import org.sidereus.schemas.registry.RegisteredSchema;
import org.sidereus.schemas.registry.RegistryConfig;
import org.sidereus.schemas.registry.RegistryRefusedException;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.schemas.registry.UnknownSchemaException;

class EmbeddedRegistryTest {
  private static final String STAR =
      """
      {"type":"record","name":"Star","fields":[{"name":"mass","type":"double"}]}\
      """;
  private static final String STAR_WITH_AGE =
      """
      {"type":"record","name":"Star","fields":[{"name":"mass","type":"double"},\
      {"name":"age","type":["null","double"],"default":null}]}\
      """;
  private static final String STAR_BY_LUMINOSITY =
      """
      {"type":"record","name":"Star","fields":[{"name":"luminosity","type":"double"}]}\
      """;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void shouldServeTheSerdesOfTheProject() {
    SerdeFactory serdes = SerdeFactory.of(Map.of("schema.registry.url", registry.url()));
    Serde<Rejection> serde = serdes.valueSerde(Rejection.class);
    Rejection rejection =
        Rejection.newBuilder()
            .setReason(RejectionReason.TOO_LARGE)
            .setDetail("too many measurements")
            .setTopic("t")
            .setPartition(0)
            .setOffset(1)
            .setTimestamp(Instant.EPOCH)
            .build();

    byte[] bytes = serde.serializer().serialize("rejections", rejection);

    assertThat(serde.deserializer().deserialize("rejections", bytes)).isEqualTo(rejection);
  }

  @Test
  void shouldKeepTheVersionsOfASubject() {
    HttpRegistry client = client();
    Schema first = parse(STAR);
    Schema second = parse(STAR_WITH_AGE);

    assertThat(client.register("stars-value", first)).isEqualTo(1);
    assertThat(client.register("stars-value", second)).isEqualTo(2);
    assertThat(client.register("stars-value", first)).isEqualTo(1);
    assertThat(client.register("another subject/?+%", second)).isEqualTo(2);

    assertThat(client.schema(2)).isEqualTo(second);
    assertThat(client.idOf("stars-value", first)).isEqualTo(1);
    assertThat(client.latest("another subject/?+%"))
        .isEqualTo(new RegisteredSchema("another subject/?+%", 1, 2, second));
    assertThat(get("/subjects").body()).isEqualTo("[\"another subject/?+%\",\"stars-value\"]");
    assertThat(get("/subjects/stars-value/versions").body()).isEqualTo("[1,2]");
    assertThat(tree(get("/subjects/stars-value/versions/1")).path("id").asInt()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAnIncompatibleVersion() {
    HttpRegistry client = client();
    client.register("stars-value", parse(STAR));

    assertThat(client.isCompatible("stars-value", parse(STAR_WITH_AGE))).isTrue();
    assertThat(client.isCompatible("stars-value", parse(STAR_BY_LUMINOSITY))).isFalse();
    assertThat(client.isCompatible("no such subject", parse(STAR_BY_LUMINOSITY))).isTrue();
    assertThatThrownBy(() -> client.register("stars-value", parse(STAR_BY_LUMINOSITY)))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("stars-value")
        .hasMessageContaining("BACKWARD");
  }

  @Test
  void shouldCheckByTheLevelOfTheSubject() {
    HttpRegistry client = client();
    client.register("stars-value", parse(STAR));

    assertThat(get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
    assertError(get("/config/stars-value"), 404, 40408);
    assertThat(send("PUT", "/config/stars-value", "{\"compatibility\":\"NONE\"}").body())
        .isEqualTo("{\"compatibility\":\"NONE\"}");
    assertThat(get("/config/stars-value").body()).isEqualTo("{\"compatibilityLevel\":\"NONE\"}");
    assertThat(client.register("stars-value", parse(STAR_BY_LUMINOSITY))).isEqualTo(2);
    send("PUT", "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
    assertThat(get("/config/other?defaultToGlobal=true").body())
        .isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
  }

  @Test
  void shouldReportErrorsWithTheCodesOfTheApi() {
    client().register("stars-value", parse(STAR));
    String other = "{\"schema\":\"\\\"string\\\"\"}";

    assertError(get("/subjects/none/versions"), 404, 40401);
    assertError(get("/subjects/stars-value/versions/9"), 404, 40402);
    assertError(get("/subjects/stars-value/versions/zero"), 422, 42202);
    assertError(get("/schemas/ids/99"), 404, 40403);
    assertError(send("POST", "/subjects/none", other), 404, 40401);
    assertError(send("POST", "/subjects/stars-value", other), 404, 40403);
    assertError(send("POST", "/subjects/stars-value/versions", "{\"schema\":\"{}\"}"), 422, 42201);
    assertError(send("POST", "/subjects/stars-value/versions", "{}"), 422, 42201);
    assertError(send("POST", "/subjects/stars-value/versions", "no json"), 400, 400);
    assertError(send("POST", "/subjects/stars-value/versions", other), 409, 409);
    assertError(send("PUT", "/config", "{\"compatibility\":\"SOME\"}"), 422, 42203);
    assertError(send("DELETE", "/subjects/stars-value", ""), 405, 405);
    assertError(get("/elsewhere"), 404, 404);
  }

  @Test
  void shouldTellItsClientWhatIsUnknownAndWhatIsRefused() {
    HttpRegistry client = client();

    assertThatThrownBy(() -> client.schema(5)).isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> client.latest("none")).isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> client.idOf("none", parse(STAR)))
        .isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> clientOf(registry.url() + "/wrong/path").schema(5))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void shouldSayThatItsPortIsTaken() {
    int port = URI.create(registry.url()).getPort();

    assertThatThrownBy(() -> EmbeddedRegistry.start(port))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }

  private HttpRegistry client() {
    return clientOf(registry.url());
  }

  private static HttpRegistry clientOf(String url) {
    return new HttpRegistry(RegistryConfig.of(Map.of("schema.registry.url", url)));
  }

  private static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  private void assertError(HttpResponse<String> response, int status, int code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(tree(response).path("error_code").asInt()).as(response.body()).isEqualTo(code);
    assertThat(tree(response).path("message").asText()).isNotBlank();
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  private HttpResponse<String> send(String method, String path, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(registry.url() + path))
              .method(method, BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode tree(HttpResponse<String> response) {
    try {
      return json.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(response.body(), e);
    }
  }
}
