package org.sidereus.streams.config;

import java.util.List;
import java.util.Locale;
import org.sidereus.schemas.registry.RegistryConfig;

/**
 * Masks the values that must not be shown. What a value is, its type says: all settings of Kafka
 * and of the registry of the type PASSWORD are masked. So is the value of a key that Kafka does not
 * know, since it may be a misspelled password. In all other values the passwords of URLs are
 * masked.
 */
public final class Secrets {
  private static final String MASK = "********";

  /** In a key of unknown type, each of these marks a secret. */
  private static final List<String> MARKS =
      List.of("password", "secret", "token", "credential", "user.info", "jaas", "passphrase");

  /**
   * User and password of a URL, which is one of a list or alone. A password may have an at sign.
   */
  private static final String USER_INFO = "(?<=://)(?:(?!\\s*,\\s*\\w+://)[^\\s?#])*@";

  /** The value of a parameter of a URL whose name marks a secret. */
  private static final String SECRET_PARAMETER =
      "(?i)([?&;][^=&;\\s]*(?:password|secret|token|credential|key)[^=&;\\s]*=)[^&;,\\s]*";

  private final KafkaKeys kafka = new KafkaKeys();

  /** The value of a key as it may be shown. */
  String masked(String key, String value) {
    return !value.isEmpty() && isSecret(key) ? MASK : withoutPasswords(value);
  }

  /** A text whose URLs have no passwords. */
  public static String withoutPasswords(String text) {
    return text.replaceAll(USER_INFO, MASK + "@").replaceAll(SECRET_PARAMETER, "$1" + MASK);
  }

  private boolean isSecret(String key) {
    if (key.startsWith(ConfigBinder.KAFKA_PREFIX)) {
      return kafka.isSecret(key.substring(ConfigBinder.KAFKA_PREFIX.length())).orElse(true);
    }
    if (ConfigBinder.knownKeys().contains(key)) {
      return false;
    }
    String lower = key.toLowerCase(Locale.ROOT);
    return RegistryConfig.isSecret(key)
        .orElse(lower.endsWith(".key") || MARKS.stream().anyMatch(lower::contains));
  }
}
