package org.sidereus.streams.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys of the configuration as environment variables. */
final class Environment {
  private static final Logger LOG = LoggerFactory.getLogger(Environment.class);
  private static final String PREFIX = "SIDEREUS_";

  /** Variables of the launcher and of the logging; they are no keys. */
  private static final Set<String> OTHERS =
      Set.of(
          "SIDEREUS_HOME",
          "SIDEREUS_CLASSPATH",
          "SIDEREUS_JAVA_OPTS",
          "SIDEREUS_NO_BUILD",
          "SIDEREUS_LOG_FORMAT",
          "SIDEREUS_LOG_LEVEL",
          "SIDEREUS_KAFKA_LOG_LEVEL");

  /**
   * Variables that Kubernetes sets in every container for a service of the name {@code sidereus} or
   * {@code sidereus-...}: its host, its ports by name, and one address for each port.
   */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile(
          "SIDEREUS(?:_[A-Z0-9_]+)?_"
              + "(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?"
              + "|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)");

  /** {@code SIDEREUS_PORT}, and {@code SIDEREUS_HTTP_PORT} of a service {@code sidereus-http}. */
  private static final Pattern PORT = Pattern.compile("SIDEREUS(?:_[A-Z0-9_]+)?_PORT");

  private static final Pattern ADDRESS = Pattern.compile("(?:tcp|udp|sctp)://.*");

  private Environment() {}

  /**
   * The keys that the environment sets. {@code SIDEREUS_WINDOW_SIZE} is {@code window.size}: the
   * prefix is removed, letters become small, and each underscore becomes a dot, or a hyphen where
   * only that makes a key. Variables of Kubernetes are no keys.
   */
  static Map<String, String> keys(Map<String, String> environment, Collection<String> known) {
    Map<String, String> keyOfVariable = new HashMap<>();
    known.forEach(key -> keyOfVariable.put(variable(key), key));
    Map<String, String> keys = new HashMap<>();
    Set<String> ofKubernetes = new TreeSet<>();
    environment.forEach(
        (variable, value) -> {
          if (!variable.startsWith(PREFIX) || OTHERS.contains(variable)) {
            return;
          }
          if (isOfKubernetes(variable, value)) {
            ofKubernetes.add(variable);
            return;
          }
          String plain =
              variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
          keys.put(keyOfVariable.getOrDefault(variable, plain), value);
        });
    if (!ofKubernetes.isEmpty()) {
      LOG.debug("these variables of Kubernetes are no keys of the configuration: {}", ofKubernetes);
    }
    return keys;
  }

  private static boolean isOfKubernetes(String variable, String value) {
    return OF_KUBERNETES.matcher(variable).matches()
        || (PORT.matcher(variable).matches() && ADDRESS.matcher(value).matches());
  }

  private static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
