package org.sidereus.networks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sidereus.engine.SidereusException;

/** Specifications of networks as JSON with snake_case names. */
final class NetworkJson {
  private final JsonMapper mapper =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A number left out would be 0 and a misspelt key would be ignored: both are mistakes.
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  <T> T read(Path file, Class<T> type) {
    try {
      return mapper.readValue(Files.readAllBytes(file), type);
    } catch (JsonProcessingException e) {
      throw new SidereusException(file + ": " + reason(e), e);
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  void write(Path file, Object value) {
    try {
      Files.writeString(file, mapper.writeValueAsString(value) + "\n");
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
    String message = e.getOriginalMessage();
    if (e.getCause() instanceof IllegalArgumentException check) {
      // The checks of the records say what is wrong better than the mapper does.
      message = String.valueOf(check.getMessage());
    } else if (message.startsWith("Cannot map `null`")) {
      message = "a number is missing";
    }
    return path.isEmpty() ? message : "at " + path + ": " + message;
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }
}
