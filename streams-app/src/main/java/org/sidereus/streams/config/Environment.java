package org.sidereus.streams.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Keys of the configuration as environment variables. */
final class Environment {
  private static final String PREFIX = "SIDEREUS_";

  /** Variables of the launcher and of the logging; they are no keys. */
  private static final Set<String> OTHERS =
      Set.of(
          "SIDEREUS_HOME",
          "SIDEREUS_CLASSPATH",
          "SIDEREUS_JAVA_OPTS",
          "SIDEREUS_NO_BUILD",
          "SIDEREUS_LOG_LEVEL",
          "SIDEREUS_KAFKA_LOG_LEVEL");

  private Environment() {}

  /**
   * The keys that the environment sets. {@code SIDEREUS_WINDOW_SIZE} is {@code window.size}: the
   * prefix is removed, letters become small, and each underscore becomes a dot, or a hyphen where
   * only that makes a key.
   */
  static Map<String, String> keys(Map<String, String> environment, Collection<String> known) {
    Map<String, String> keyOfVariable = new HashMap<>();
    known.forEach(key -> keyOfVariable.put(variable(key), key));
    Map<String, String> keys = new HashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(PREFIX) && !OTHERS.contains(variable)) {
            String plain =
                variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
            keys.put(keyOfVariable.getOrDefault(variable, plain), value);
          }
        });
    return keys;
  }

  private static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
