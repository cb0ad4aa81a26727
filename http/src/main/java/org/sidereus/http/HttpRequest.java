package org.sidereus.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has arrived as a whole.
 *
 * @param method such as {@code GET}
 * @param path as it was sent, percent-encoded
 * @param query as it was sent, percent-encoded; null: none
 * @param headers by name in lower case; of several with one name, the first
 * @param body empty if there is none
 */
public record HttpRequest(
    String method, String path, @Nullable String query, Map<String, String> headers, byte[] body) {

  /** Value of a header; null: it is missing. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The parts of the path between slashes, decoded, without empty ones. */
  public List<String> segments() {
    return segments(path);
  }

  /** The parts of a percent-encoded path between slashes, decoded, without empty ones. */
  public static List<String> segments(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(segment -> !segment.isEmpty())
        .map(HttpRequest::decoded)
        .toList();
  }

  /**
   * The text that a percent-encoded part of a path stands for.
   *
   * @throws IllegalArgumentException if an escape is not complete
   */
  public static String decoded(String segment) {
    // URLDecoder reads forms, where a plus is a blank; in a path a plus is a plus.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
