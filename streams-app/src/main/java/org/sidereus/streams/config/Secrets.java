package org.sidereus.streams.config;

import java.util.List;
import java.util.Locale;

/** Masks the values that must not be shown. */
final class Secrets {
  private static final String MASK = "********";
  private static final List<String> MARKS =
      List.of("password", "secret", "token", "credential", "user.info", "jaas", "ssl.keystore.key");

  private Secrets() {}

  /** The value as it may be shown. */
  static String masked(String key, String value) {
    String lower = key.toLowerCase(Locale.ROOT);
    if (!value.isEmpty() && (lower.endsWith(".key") || MARKS.stream().anyMatch(lower::contains))) {
      return MASK;
    }
    return value.replaceAll("//[^/@,]*@", "//" + MASK + "@");
  }
}
