package org.sidereus.integration.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The shipped {@code docker-compose.yml}. */
public final class ComposeFile {
  private final JsonNode services;

  private ComposeFile(JsonNode services) {
    this.services = services;
  }

  /** The one of this checkout. */
  public static ComposeFile ofCheckout() {
    Path file = Path.of(System.getProperty("sidereus.home")).resolve("docker-compose.yml");
    try {
      return new ComposeFile(new YAMLMapper().readTree(Files.readString(file)).path("services"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the services. */
  public List<String> services() {
    List<String> names = new ArrayList<>();
    services.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** What the file says of a service. */
  public JsonNode service(String name) {
    return services.path(name);
  }

  /** Image of a service. */
  public String image(String name) {
    return service(name).path("image").asText();
  }

  /** Environment of a service. */
  public Map<String, String> environment(String name) {
    Map<String, String> environment = new TreeMap<>();
    service(name)
        .path("environment")
        .properties()
        .forEach(one -> environment.put(one.getKey(), one.getValue().asText()));
    return environment;
  }
}
