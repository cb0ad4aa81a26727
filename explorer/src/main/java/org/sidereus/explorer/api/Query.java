package org.sidereus.explorer.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request.
 *
 * @param values by name, decoded
 */
public record Query(Map<String, String> values) {

  /**
   * Parses the part of an address behind its path.
   *
   * @throws ApiException if it is not encoded as a form
   */
  public static Query of(@Nullable String encoded) {
    Map<String, String> values = new LinkedHashMap<>();
    if (encoded != null) {
      for (String pair : encoded.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          values.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return new Query(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.wrong("the address is not encoded well: " + e.getMessage());
    }
  }

  /** A parameter; null: it is missing or empty. */
  @Nullable String text(String name) {
    String value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** A parameter that must be there. */
  String required(String name) {
    String value = text(name);
    if (value == null) {
      throw ApiException.wrong("the parameter '" + name + "' is missing");
    }
    return value;
  }

  /** One of some words; the first if it is missing. */
  String oneOf(String name, List<String> words) {
    String value = text(name);
    if (value == null) {
      return words.get(0);
    }
    if (!words.contains(value)) {
      throw ApiException.wrong(
          "the parameter '%s' must be one of %s".formatted(name, String.join(", ", words)));
    }
    return value;
  }

  /** A whole number from 0 to a greatest one. */
  long number(String name, long absent, long greatest) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 0 && number <= greatest) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw ApiException.wrong("the parameter '%s' must be a whole number".formatted(name));
    }
    throw ApiException.wrong(
        "the parameter '%s' must be a whole number from 0 to %d".formatted(name, greatest));
  }
}
