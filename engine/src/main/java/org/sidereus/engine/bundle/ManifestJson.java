package org.sidereus.engine.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JSON of a manifest. */
final class ManifestJson {
  private static final long LARGEST_BYTES = 16L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // a forgotten number is an error, not a zero
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private static final ObjectWriter WRITER =
      MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  /** From this format on, unknown keys are refused. */
  private static final int FIRST_STRICT_FORMAT = 2;

  private ManifestJson() {}

  static Manifest read(Path file) {
    byte[] json;
    try {
      if (!Files.isRegularFile(file)) {
        throw new BundleException(
            file + " does not exist; name the folder of a bundle, which holds this file");
      }
      if (Files.size(file) > LARGEST_BYTES) {
        throw new BundleException(
            file
                + " is larger than "
                + LARGEST_BYTES
                + " bytes; it is not the manifest of a bundle");
      }
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
    }
    return parse(json, file.toString());
  }

  /**
   * A manifest from its bytes.
   *
   * @param origin where they come from, for errors
   */
  static Manifest parse(byte[] json, String origin) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (tree.path("format").asInt(0) >= FIRST_STRICT_FORMAT) {
        new ManifestKeys(MAPPER, origin).check(tree);
      }
      Manifest manifest = MAPPER.readValue(json, Manifest.class);
      if (manifest == null) {
        throw new BundleException(origin + " holds no manifest but null");
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw new BundleException(
          origin + " is not a valid manifest: " + reason(e) + "; copy or export the bundle again",
          e);
    } catch (IOException e) {
      throw new BundleException(origin + " cannot be read: " + e.getMessage(), e);
    }
  }

  static void write(Manifest manifest, Path file) {
    try {
      Files.writeString(file, WRITER.writeValueAsString(manifest) + "\n");
    } catch (IOException e) {
      throw new BundleException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String place(JsonMappingException e) {
    StringBuilder text = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      text.append(
          step.getFieldName() == null
              ? "[" + step.getIndex() + "]"
              : (text.isEmpty() ? "" : ".") + step.getFieldName());
    }
    return text.toString();
  }

  /** The message without Jackson's class names, and the place in the file. */
  private static String reason(JsonProcessingException e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : cause.getMessage();
    StringBuilder text =
        new StringBuilder(
            String.valueOf(message)
                .replaceAll("\\[Source: .*?; (line: \\d+, column: \\d+)\\]", "$1"));
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      text.append(" (at ").append(place(mapping)).append(')');
    }
    if (e.getLocation() != null) {
      text.append(" in line ").append(e.getLocation().getLineNr());
    }
    return text.toString();
  }
}
