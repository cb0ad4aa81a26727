package org.sidereus.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Key of the topic of the group posteriors. Compaction keeps the last record of each key, so the
 * key names what a later posterior replaces: the group, for one version of one bundle, for all time
 * or in one window.
 *
 * <p>On the wire it is a JSON array of texts in UTF-8: {@code ["milky-way","gce-tng","1.0.0"]} for
 * all time; of a window, its start and end follow as ISO-8601 instants. All records of a group are
 * in one partition: that of the group's name in UTF-8, by Kafka's default partitioner (murmur2).
 *
 * @param group the group
 * @param bundle name of the bundle
 * @param bundleVersion its version
 * @param windowStart start of the window (inclusive); null: all time
 * @param windowEnd end of the window (exclusive); null: all time
 */
public record GroupPosteriorKey(
    String group,
    String bundle,
    String bundleVersion,
    @Nullable Instant windowStart,
    @Nullable Instant windowEnd) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int ALL_TIME = 3;
  private static final int WINDOW = 5;

  public GroupPosteriorKey {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(bundle, "bundle");
    Objects.requireNonNull(bundleVersion, "bundleVersion");
    if ((windowStart == null) != (windowEnd == null)) {
      throw new IllegalArgumentException(
          "a window has a start and an end, but they are %s and %s"
              .formatted(windowStart, windowEnd));
    }
  }

  /** The key of a posterior. */
  public static GroupPosteriorKey of(GroupPosterior posterior) {
    return new GroupPosteriorKey(
        posterior.getGroup(),
        posterior.getBundle(),
        posterior.getBundleVersion(),
        posterior.getWindowStart(),
        posterior.getWindowEnd());
  }

  /** The key as it is on the wire. */
  public byte[] toBytes() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    array.add(group).add(bundle).add(bundleVersion);
    if (windowStart != null && windowEnd != null) {
      array.add(windowStart.toString()).add(windowEnd.toString());
    }
    try {
      return MAPPER.writeValueAsBytes(array);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a key cannot be written as JSON", e);
    }
  }

  /**
   * Reads a key from the wire.
   *
   * @throws IllegalArgumentException if the bytes are no such key, as those of release 0.1.0, which
   *     were the name of the group alone
   */
  public static GroupPosteriorKey parse(byte[] bytes) {
    try {
      String[] texts = MAPPER.readValue(bytes, String[].class);
      if (texts.length == ALL_TIME) {
        return new GroupPosteriorKey(texts[0], texts[1], texts[2], null, null);
      }
      if (texts.length == WINDOW) {
        return new GroupPosteriorKey(
            texts[0], texts[1], texts[2], Instant.parse(texts[3]), Instant.parse(texts[4]));
      }
      throw new IllegalArgumentException(texts.length + " texts");
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "'%s' is no key of a group posterior: it must be a JSON array of group, bundle, version and, of a window, start and end"
              .formatted(new String(bytes, StandardCharsets.UTF_8)),
          e);
    }
  }
}
