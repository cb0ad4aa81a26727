package org.sidereus.trainer.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;

/**
 * What a finished stage leaves beside its files: the settings it depended on and what it measured.
 * A stage whose record has the same settings need not run again.
 *
 * @param settings all that the stage's result depends on
 * @param results what it measured
 */
record StageRecord(JsonNode settings, JsonNode results) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** Any record or map as JSON. */
  static JsonNode json(Object value) {
    try {
      // through text, so that numbers compare equal to those that were read from a file
      return MAPPER.readTree(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
    }
  }

  /** A JSON object as a map. */
  static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, new TypeReference<>() {});
  }

  /** A part of a record. */
  static <T> T as(JsonNode part, Class<T> type) {
    return MAPPER.convertValue(part, type);
  }

  /** The record in a file, if it exists. */
  static Optional<StageRecord> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = MAPPER.readTree(file.toFile());
      return Optional.of(new StageRecord(root.path("settings"), root.path("results")));
    } catch (IOException e) {
      throw new SidereusException(
          file + " is not a readable record: " + e.getMessage() + "; remove it to start over", e);
    }
  }

  void write(Path file) {
    ObjectNode root = MAPPER.createObjectNode();
    root.set("settings", settings);
    root.set("results", results);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(fresh, MAPPER.writeValueAsString(root) + "\n");
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
