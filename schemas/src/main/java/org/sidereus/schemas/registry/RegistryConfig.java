package org.sidereus.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Where the Schema Registry is and how to speak to it, by the keys that Confluent's client uses. It
 * ignores all other keys.
 */
public final class RegistryConfig {
  /** Addresses, separated by commas: the first that responds is used. Required. */
  public static final String URL = "schema.registry.url";

  /** Where name and password come from: {@code URL} (default) or {@code USER_INFO}. */
  public static final String BASIC_AUTH_SOURCE = "basic.auth.credentials.source";

  /** {@code name:password}, if the source is {@code USER_INFO}. */
  public static final String BASIC_AUTH_USER_INFO = "basic.auth.user.info";

  /** {@code STATIC_TOKEN} to send {@value #BEARER_TOKEN}. */
  public static final String BEARER_SOURCE = "bearer.auth.credentials.source";

  /** The token to send. */
  public static final String BEARER_TOKEN = "bearer.auth.token";

  /** Longest time to wait for a connection, milliseconds; default 10,000. */
  public static final String CONNECT_TIMEOUT_MS = "http.connect.timeout.ms";

  /** Longest time to wait for a response, milliseconds; default 10,000. */
  public static final String READ_TIMEOUT_MS = "http.read.timeout.ms";

  /**
   * What the TLS keys begin with: {@code schema.registry.ssl.truststore.location} and so on, with
   * the meaning that the rest of the key has for Kafka itself.
   */
  public static final String TLS_PREFIX = "schema.registry.";

  private static final String LEGACY_USER_INFO = TLS_PREFIX + BASIC_AUTH_USER_INFO;
  private static final int DEFAULT_TIMEOUT_MS = 10_000;

  private final List<Endpoint> endpoints;
  private final Duration connectTimeout;
  private final Duration readTimeout;
  private final Optional<SSLContext> tls;

  private RegistryConfig(Map<String, ?> raw) {
    Map<String, Object> values = definition().parse(raw);
    List<?> urls = (List<?>) Objects.requireNonNull(values.get(URL), URL);
    if (urls.isEmpty()) {
      throw new ConfigException(URL, urls, "is empty; give the address of a Schema Registry");
    }
    this.endpoints = urls.stream().map(url -> endpoint(url.toString().strip(), values)).toList();
    this.connectTimeout = milliseconds(values, CONNECT_TIMEOUT_MS);
    this.readTimeout = milliseconds(values, READ_TIMEOUT_MS);
    this.tls = tls(raw);
  }

  /**
   * Reads the keys of this class and ignores all others.
   *
   * @throws ConfigException if a key is missing or its value cannot be used
   */
  public static RegistryConfig of(Map<String, ?> configuration) {
    return new RegistryConfig(configuration);
  }

  /** Whether the value of a key is a secret; empty: this client does not know the key. */
  public static Optional<Boolean> isSecret(String key) {
    String name = key.startsWith(TLS_PREFIX + "ssl.") ? key.substring(TLS_PREFIX.length()) : key;
    ConfigDef.ConfigKey known = definition().withClientSslSupport().configKeys().get(name);
    return Optional.ofNullable(known).map(one -> one.type == ConfigDef.Type.PASSWORD);
  }

  /** The addresses in the order in which to try them; at least one. */
  List<Endpoint> endpoints() {
    return endpoints;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  Duration readTimeout() {
    return readTimeout;
  }

  /** The keys to trust and to show; empty: those of the Java runtime. */
  Optional<SSLContext> tls() {
    return tls;
  }

  private static Duration milliseconds(Map<String, Object> values, String key) {
    return Duration.ofMillis((Integer) Objects.requireNonNull(values.get(key), key));
  }

  private static ConfigDef definition() {
    return new ConfigDef()
        .define(
            URL,
            ConfigDef.Type.LIST,
            ConfigDef.NO_DEFAULT_VALUE,
            Importance.HIGH,
            "Addresses of the Schema Registry, separated by commas.")
        .define(
            BASIC_AUTH_SOURCE,
            ConfigDef.Type.STRING,
            "URL",
            ValidString.in("URL", "USER_INFO"),
            Importance.MEDIUM,
            "Where name and password come from.")
        .define(
            BASIC_AUTH_USER_INFO,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.MEDIUM,
            "name:password.")
        .define(LEGACY_USER_INFO, ConfigDef.Type.PASSWORD, null, Importance.LOW, "name:password.")
        .define(
            BEARER_SOURCE,
            ConfigDef.Type.STRING,
            "",
            ValidString.in("", "STATIC_TOKEN"),
            Importance.MEDIUM,
            "Where the bearer token comes from; empty: none is sent.")
        .define(BEARER_TOKEN, ConfigDef.Type.PASSWORD, null, Importance.MEDIUM, "The bearer token.")
        .define(
            CONNECT_TIMEOUT_MS,
            ConfigDef.Type.INT,
            DEFAULT_TIMEOUT_MS,
            Range.atLeast(1),
            Importance.LOW,
            "Longest time to wait for a connection, milliseconds.")
        .define(
            READ_TIMEOUT_MS,
            ConfigDef.Type.INT,
            DEFAULT_TIMEOUT_MS,
            Range.atLeast(1),
            Importance.LOW,
            "Longest time to wait for a response, milliseconds.");
  }

  private static Endpoint endpoint(String text, Map<String, Object> values) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfigException(URL, withoutUserInfo(text), "is no URL: " + e.getReason());
    }
    String scheme = uri.getScheme();
    if ("mock".equalsIgnoreCase(scheme)) {
      throw new ConfigException(
          URL,
          withoutUserInfo(text),
          "mock registries share static state; give the serde an InMemoryRegistry");
    }
    if ((!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme))
        || uri.getHost() == null) {
      throw new ConfigException(
          URL, withoutUserInfo(text), "must look like http://host:port or https://host:port");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/+$", "");
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    URI base = URI.create(scheme + "://" + uri.getHost() + port + path);
    return new Endpoint(base, authorization(uri, values));
  }

  private static String withoutUserInfo(String url) {
    return url.replaceFirst("//.*@", "//");
  }

  private static Optional<String> authorization(URI uri, Map<String, Object> values) {
    if (!"".equals(values.get(BEARER_SOURCE))) {
      return Optional.of("Bearer " + secret(values, BEARER_TOKEN, BEARER_SOURCE));
    }
    if ("USER_INFO".equals(values.get(BASIC_AUTH_SOURCE))) {
      String key =
          values.get(BASIC_AUTH_USER_INFO) == null ? LEGACY_USER_INFO : BASIC_AUTH_USER_INFO;
      if (values.get(key) == null) {
        key = BASIC_AUTH_USER_INFO;
      }
      String userInfo = secret(values, key, BASIC_AUTH_SOURCE);
      if (!userInfo.contains(":")) {
        throw new ConfigException(key, Password.HIDDEN, "must be name:password");
      }
      return Optional.of(basic(userInfo));
    }
    return Optional.ofNullable(uri.getUserInfo()).map(RegistryConfig::basic);
  }

  private static String secret(Map<String, Object> values, String key, String becauseOf) {
    if (!(values.get(key) instanceof Password password) || password.value().isBlank()) {
      throw new ConfigException(
          key, null, "is missing but %s=%s needs it".formatted(becauseOf, values.get(becauseOf)));
    }
    return password.value().strip();
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<SSLContext> tls(Map<String, ?> raw) {
    Map<String, Object> ofRegistry = new HashMap<>();
    raw.forEach(
        (key, value) -> {
          if (key.startsWith(TLS_PREFIX + "ssl.") && value != null) {
            ofRegistry.put(key.substring(TLS_PREFIX.length()), value);
          }
        });
    if (ofRegistry.isEmpty()) {
      return Optional.empty();
    }
    String hostCheck = SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;
    if (ofRegistry.containsKey(hostCheck)
        && !"https".equalsIgnoreCase(ofRegistry.get(hostCheck).toString())) {
      throw new ConfigException(
          TLS_PREFIX + hostCheck,
          ofRegistry.get(hostCheck),
          "the host name of the registry is always checked; use a certificate that bears it");
    }
    Map<String, Object> parsed = new ConfigDef().withClientSslSupport().parse(ofRegistry);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(parsed);
      return Optional.of(factory.sslContext());
    } catch (RuntimeException e) {
      ConfigException refused =
          new ConfigException(
              "the settings %sssl.* make no TLS connection: %s"
                  .formatted(TLS_PREFIX, e.getMessage()));
      refused.initCause(e);
      throw refused;
    }
  }

  @Override
  public String toString() {
    return "registry " + endpoints;
  }

  /**
   * One address.
   *
   * @param base URL without user, password and closing slash
   * @param authorization value of the header of that name; a secret
   */
  record Endpoint(URI base, Optional<String> authorization) {
    @Override
    public String toString() {
      return base.toString();
    }
  }
}
