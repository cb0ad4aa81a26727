package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryConfigTest {
  private static final String URL = "schema.registry.url";

  @Test
  void shouldHaveDefaults() {
    RegistryConfig config = RegistryConfig.of(Map.of(URL, "http://localhost:8081"));

    assertThat(config.endpoints()).hasToString("[http://localhost:8081]");
    assertThat(config.endpoints().get(0).authorization()).isEmpty();
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.tls()).isEmpty();
  }

  @Test
  void shouldTakeEveryKeyAndLeaveTheOthersAlone() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(URL, "http://one:1/path/,https://[::1]:2");
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put("basic.auth.user.info", "name:password");
    settings.put("http.connect.timeout.ms", "1500");
    settings.put("http.read.timeout.ms", 2500);
    settings.put("schema.registry.ssl.protocol", "TLSv1.3");
    settings.put("bootstrap.servers", "broker:9092");

    RegistryConfig config = RegistryConfig.of(settings);

    assertThat(config.endpoints()).hasToString("[http://one:1/path, https://[::1]:2]");
    assertThat(config.endpoints())
        .allSatisfy(one -> assertThat(one.authorization()).contains("Basic bmFtZTpwYXNzd29yZA=="));
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofMillis(2500));
    assertThat(config.tls()).isPresent();
    assertThat(config.toString()).doesNotContain("password");
  }

  @ParameterizedTest
  @CsvSource({
    "'', schema.registry.url",
    "localhost:8081, http://host:port",
    "ftp://localhost, http://host:port",
    "http://, is no URL",
    "http://a b, is no URL",
    "mock://scope, InMemoryRegistry"
  })
  void shouldRefuseAnAddressThatIsNone(String url, String part) {
    assertThatThrownBy(() -> RegistryConfig.of(Map.of(URL, url)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @CsvSource({
    "basic.auth.credentials.source, SASL_INHERIT, USER_INFO",
    "basic.auth.credentials.source, USER_INFO, basic.auth.user.info",
    "bearer.auth.credentials.source, STATIC_TOKEN, bearer.auth.token",
    "http.read.timeout.ms, 0, at least 1",
    "schema.registry.ssl.truststore.location, /does/not/exist, /does/not/exist",
    "schema.registry.ssl.endpoint.identification.algorithm, '', always checked"
  })
  void shouldRefuseAValueItCannotUse(String key, String value, String part) {
    assertThatThrownBy(() -> RegistryConfig.of(Map.of(URL, "http://localhost", key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(part);
  }
}
