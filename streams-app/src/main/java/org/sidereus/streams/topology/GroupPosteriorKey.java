package org.sidereus.streams.topology;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The key of a posterior in the topic of group posteriors: a JSON array, so that people can read
 * and write it. A compacted topic keeps the last posterior of each key.
 */
final class GroupPosteriorKey {
  private GroupPosteriorKey() {}

  /**
   * {@code ["group","bundle","version"]} for all time, {@code
   * ["group","bundle","version","survey","2026-01-01T00:00:00Z"]} for a window.
   */
  static byte[] of(SumKey key) {
    ArrayNode parts =
        JsonNodeFactory.instance
            .arrayNode()
            .add(key.group().group())
            .add(key.group().bundle())
            .add(key.group().version());
    key.window()
        .ifPresent(w -> parts.add(w.survey()).add(Instant.ofEpochMilli(w.startMs()).toString()));
    return parts.toString().getBytes(StandardCharsets.UTF_8);
  }
}
