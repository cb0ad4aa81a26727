package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpRegistryTest {
  private static final String LONG_SCHEMA = "{\"schema\":\"\\\"long\\\"\"}";
  private static final Schema LONG = SchemaBuilder.builder().longType();

  private final ScriptedRegistry server = ScriptedRegistry.responding(200, LONG_SCHEMA);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldFetchASchemaById() {
    assertThat(client(server.url() + "/").schema(7)).isEqualTo(LONG);
    assertThat(server.requests()).containsExactly("GET /schemas/ids/7");
    assertThat(server.authorizations()).containsExactly("null");
  }

  @Test
  void shouldRegisterUnderAnEncodedSubject() {
    server.respond(200, "{\"id\":12}");

    assertThat(client(server.url() + "/base/path").register("a/b c+d-value", LONG)).isEqualTo(12);
    assertThat(server.requests())
        .containsExactly("POST /base/path/subjects/a%2Fb%20c%2Bd-value/versions " + LONG_SCHEMA);
  }

  @Test
  void shouldGoToTheNextAddressAndStayThere() throws IOException {
    try (ScriptedRegistry overloaded = ScriptedRegistry.responding(503, "")) {
      HttpRegistry client =
          client("http://127.0.0.1:" + freePort() + ", " + overloaded.url() + "," + server.url());

      assertThat(client.schema(1)).isEqualTo(LONG);
      assertThat(client.schema(2)).isEqualTo(LONG);

      assertThat(overloaded.requests()).hasSize(1);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void shouldSayAtWhichAddressesDidNotRespond() throws IOException {
    server.respond(500, "");
    String away = "http://127.0.0.1:" + freePort();

    assertThatThrownBy(() -> client(away + "," + server.url()).schema(1))
        .isInstanceOfSatisfying(
            RegistryUnreachableException.class, e -> assertThat(e.isRetriable()).isTrue())
        .hasMessageContaining(away)
        .hasMessageContaining(server.url() + " responded with HTTP 500");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void shouldTakeOverloadForAnOutage(int status) {
    server.respond(status, "");

    assertThatThrownBy(() -> client(server.url()).schema(1))
        .isInstanceOf(RegistryUnreachableException.class);
  }

  @Test
  void shouldNotWaitForeverForAResponse() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      Map<String, Object> settings = new HashMap<>();
      settings.put("schema.registry.url", "http://127.0.0.1:" + silent.getLocalPort());
      settings.put("http.read.timeout.ms", "200");

      assertThatThrownBy(() -> new HttpRegistry(RegistryConfig.of(settings)).schema(1))
          .isInstanceOf(RegistryUnreachableException.class)
          .hasMessageContaining("timed out");
    }
  }

  /** The headers come at once, and the body would take longer than the test may. */
  @Test
  void shouldNotWaitForeverForABody() {
    server.respondSlowly(Duration.ofSeconds(2));
    Map<String, Object> settings =
        Map.of(
            "schema.registry.url",
            server.url(),
            "http.connect.timeout.ms",
            "200",
            "http.read.timeout.ms",
            "200");

    assertThatThrownBy(() -> new HttpRegistry(RegistryConfig.of(settings)).schema(1))
        .isInstanceOf(RegistryUnreachableException.class)
        .hasMessageContaining("timed out");
  }

  @Test
  void shouldNotReadABodyOfAnyLength() {
    server.respond(200, " ".repeat(17 << 20) + LONG_SCHEMA);

    assertThatThrownBy(() -> client(server.url()).schema(1))
        .isInstanceOf(RegistryUnreachableException.class)
        .hasMessageContaining("longer than 16777216 bytes");
  }

  @Test
  void shouldQuoteTheBeginningOfALongMessage() {
    server.respond(400, "{\"error_code\":400,\"message\":\"" + "so ".repeat(100_000) + "\"}");

    assertThatThrownBy(() -> client(server.url()).schema(1))
        .isInstanceOf(UnknownSchemaException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {}                                                        | credentials",
        "403 | {}                                                        | credentials",
        "404 | <html>no such page</html>                                 | no such page",
        "302 | ''                                                        | HTTP 302",
        "200 | hello                                                     | no field 'schema'",
        "200 | {\"schema\": 3}                                           | no field 'schema'"
      })
  void shouldNotBlameTheSchemaForAStrangeResponse(int status, String body, String part) {
    server.respond(status, body);

    assertThatThrownBy(() -> client(server.url()).schema(1))
        .isInstanceOfSatisfying(
            RegistryRefusedException.class, e -> assertThat(e.isRetriable()).isFalse())
        .hasMessageContaining("id 1")
        .hasMessageContaining(server.url())
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {\"error_code\":40403,\"message\":\"Schema not found\"}   | Schema not found",
        "200 | {\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}       | PROTOBUF",
        "200 | {\"schema\":\"{}\"}                                       | no valid Avro schema",
        "200 | {\"schema\":\"x\",\"references\":[{\"name\":\"n\"}]}      | refers to other schemas"
      })
  void shouldSayThatAnIdHasNoUsableSchema(int status, String body, String part) {
    server.respond(status, body);

    assertThatThrownBy(() -> client(server.url()).schema(1))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("id 1")
        .hasMessageContaining(part);
  }

  @Test
  void shouldFollowReferencesAlsoThroughOthers() {
    server.respondAt(
        "/schemas/ids/7",
        """
        {"schema": "{\\"type\\":\\"array\\",\\"items\\":\\"sky.Star\\"}",
         "references": [{"name": "sky.Star", "subject": "star", "version": 3},
                        {"name": "sky.Place", "subject": "a place", "version": 1}]}
        """);
    server.respondAt(
        "/subjects/star/versions/3",
        """
        {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"sky.Star\\",\\"fields\\":
         [{\\"name\\":\\"at\\",\\"type\\":\\"sky.Place\\"}]}",
         "references": [{"name": "sky.Place", "subject": "a place", "version": 1}]}
        """
            .replace(":\n ", ":"));
    server.respondAt(
        "/subjects/a%20place/versions/1",
        """
        {"schema": "{\\"type\\":\\"fixed\\",\\"name\\":\\"sky.Place\\",\\"size\\":16}"}
        """);

    Schema place = Schema.createFixed("Place", null, "sky", 16);
    Schema star =
        SchemaBuilder.record("Star")
            .namespace("sky")
            .fields()
            .name("at")
            .type(place)
            .noDefault()
            .endRecord();
    assertThat(client(server.url()).schema(7)).isEqualTo(Schema.createArray(star));
    assertThat(server.requests()).hasSize(3);
  }

  /** Each version refers to the one before, without an end. */
  @Test
  void shouldNotFollowReferencesWithoutEnd() {
    server.respondAt("/schemas/ids/7", chain(1));
    for (int version = 1; version < 100; version++) {
      server.respondAt("/subjects/chain/versions/" + version, chain(version + 1));
    }
    assertThatThrownBy(() -> client(server.url()).schema(7))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("more than 32 in all");
    assertThat(server.requests()).hasSizeLessThan(40);
  }

  private static String chain(int version) {
    return "{\"schema\":\"\\\"long\\\"\",\"references\":[{\"name\":\"n\",\"subject\":\"chain\",\"version\":"
        + version
        + "}]}";
  }

  @Test
  void shouldSendNameAndPasswordFromTheAddress() {
    client("http://kepler:astronomia%20nova@" + server.address()).schema(1);

    // base64 of kepler:astronomia nova
    assertThat(server.authorizations()).containsExactly("Basic a2VwbGVyOmFzdHJvbm9taWEgbm92YQ==");
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic.auth.user.info", "schema.registry.basic.auth.user.info"})
  void shouldSendNameAndPasswordFromTheConfiguration(String key) {
    Map<String, Object> settings = settings("http://other:pair@" + server.address());
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put(key, "kepler:astronomia nova");

    new HttpRegistry(RegistryConfig.of(settings)).schema(1);

    assertThat(server.authorizations()).containsExactly("Basic a2VwbGVyOmFzdHJvbm9taWEgbm92YQ==");
  }

  @Test
  void shouldSendABearerToken() {
    Map<String, Object> settings = settings(server.url());
    settings.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    settings.put("bearer.auth.token", "t0ken");

    new HttpRegistry(RegistryConfig.of(settings)).schema(1);

    assertThat(server.authorizations()).containsExactly("Bearer t0ken");
  }

  @Test
  void shouldNotTellPasswordsInMessages() throws IOException {
    HttpRegistry client = client("http://kepler:secret@127.0.0.1:" + freePort());

    assertThat(client.toString()).doesNotContain("secret");
    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(RegistryUnreachableException.class)
        .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
  }

  @Test
  void shouldLetItselfBeInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> client(server.url()).schema(1)).isInstanceOf(InterruptException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void shouldTrustTheConfiguredCertificatesOnly(@TempDir Path folder) throws Exception {
    Path keys = selfSignedKeys(folder);
    try (ScriptedRegistry secured =
        ScriptedRegistry.respondingByTls(serverTls(keys), 200, LONG_SCHEMA)) {
      Map<String, Object> settings = settings("https://" + secured.address());
      assertThatThrownBy(() -> new HttpRegistry(RegistryConfig.of(settings)).schema(1))
          .isInstanceOf(RegistryUnreachableException.class)
          .hasMessageContaining("SSLHandshakeException");

      settings.put("schema.registry.ssl.truststore.location", keys.toString());
      settings.put("schema.registry.ssl.truststore.password", "changeit");
      settings.put("schema.registry.ssl.truststore.type", "PKCS12");
      assertThat(new HttpRegistry(RegistryConfig.of(settings)).schema(1)).isEqualTo(LONG);
    }
  }

  private static Path selfSignedKeys(Path folder) throws Exception {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-dname",
                "CN=registry",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                keys.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).as("keytool").isZero();
    return keys;
  }

  private static SSLContext serverTls(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(keys)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "changeit".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return tls;
  }

  private static HttpRegistry client(String urls) {
    return new HttpRegistry(RegistryConfig.of(settings(urls)));
  }

  private static Map<String, Object> settings(String urls) {
    return new HashMap<>(Map.of("schema.registry.url", urls));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
