package org.sidereus.demo.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.sidereus.http.AllowedHosts;
import org.sidereus.http.HttpHandler;
import org.sidereus.http.HttpLimits;
import org.sidereus.http.HttpRequest;
import org.sidereus.http.HttpResponse;
import org.sidereus.http.HttpServer;
import org.sidereus.schemas.registry.CompatibilityLevel;
import org.sidereus.schemas.registry.InMemoryRegistry;
import org.sidereus.schemas.registry.IncompatibleSchemaException;
import org.sidereus.schemas.registry.RegisteredSchema;
import org.sidereus.schemas.registry.UnknownSchemaException;

/**
 * A small Schema Registry for the demo and for tests: an {@link InMemoryRegistry} behind the part
 * of Confluent's REST API that clients use, for Avro without references. It listens on 127.0.0.1
 * only and loses everything when it is closed.
 */
public final class EmbeddedRegistry implements HttpHandler, AutoCloseable {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_BODY_BYTES = 4 << 20;

  private final ObjectMapper json = new ObjectMapper();
  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final List<Route> routes =
      List.of(
          new Route("GET", "/", call -> json.createObjectNode()),
          new Route("GET", "/schemas/ids/{id}", this::schema),
          new Route("GET", "/subjects", call -> array(registry.subjects())),
          new Route("POST", "/subjects/{subject}", this::lookUp),
          new Route("GET", "/subjects/{subject}/versions", this::versions),
          new Route("POST", "/subjects/{subject}/versions", this::register),
          new Route("GET", "/subjects/{subject}/versions/{version}", this::version),
          new Route("POST", "/compatibility/subjects/{subject}/versions/{version}", this::check),
          new Route("GET", "/config", call -> level(registry.defaultLevel())),
          new Route("PUT", "/config", this::setDefaultLevel),
          new Route("GET", "/config/{subject}", this::level),
          new Route("PUT", "/config/{subject}", this::setLevel));
  private final HttpServer server;

  private EmbeddedRegistry(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts a registry.
   *
   * @param port TCP port on 127.0.0.1; 0 takes a free one
   * @throws UncheckedIOException if the port is taken
   */
  public static EmbeddedRegistry start(int port) {
    try {
      HttpServer server =
          HttpServer.listen(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
              "embedded-registry",
              AllowedHosts.of(List.of()),
              HttpLimits.defaults().withBodyBytes(MAX_BODY_BYTES));
      EmbeddedRegistry registry = new EmbeddedRegistry(server);
      server.serve(registry);
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded registry cannot listen on 127.0.0.1:%d (%s); choose another port, or 0 for a free one"
              .formatted(port, e.getMessage()),
          e);
    }
  }

  /** Its address, for {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.close();
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    try {
      return HttpResponse.text(200, MEDIA_TYPE, response(request).toString());
    } catch (ApiError e) {
      return refuse(e.status, e.code, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return refuse(500, 50001, "the embedded registry failed: " + e);
    }
  }

  @Override
  public HttpResponse.Whole refuse(int status, String sentence) {
    return refuse(status, status, sentence);
  }

  private HttpResponse.Whole refuse(int status, int code, String message) {
    return HttpResponse.text(status, MEDIA_TYPE, error(code, message).toString());
  }

  private JsonNode response(HttpRequest request) {
    List<String> path = request.segments();
    List<Route> there = routes.stream().filter(route -> route.matches(path)).toList();
    if (there.isEmpty()) {
      throw new ApiError(404, 404, "HTTP 404 Not Found: /" + String.join("/", path));
    }
    Route route =
        there.stream()
            .filter(one -> one.method.equals(request.method()))
            .findFirst()
            .orElseThrow(
                () -> new ApiError(405, 405, "HTTP 405 Method Not Allowed: " + request.method()));
    return route.handler.handle(new Call(route.arguments(path), body(request), request.query()));
  }

  private JsonNode body(HttpRequest request) {
    try {
      return json.readTree(request.body());
    } catch (JsonProcessingException e) {
      throw new ApiError(400, 400, "the body is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode schema(Call call) {
    try {
      return json.createObjectNode().put("schema", registry.schema(id(call)).toString());
    } catch (UnknownSchemaException e) {
      throw new ApiError(404, 40403, "Schema not found: " + e.getMessage());
    }
  }

  private static int id(Call call) {
    try {
      return Integer.parseInt(call.argument(0));
    } catch (NumberFormatException e) {
      throw new ApiError(404, 404, "'%s' is no schema id".formatted(call.argument(0)));
    }
  }

  private JsonNode lookUp(Call call) {
    String subject = existing(call.argument(0));
    Schema schema = sentSchema(call);
    return registry
        .find(subject, schema)
        .map(this::described)
        .orElseThrow(
            () ->
                new ApiError(
                    404, 40403, "Schema not found: subject '%s' lacks it".formatted(subject)));
  }

  private JsonNode versions(Call call) {
    ArrayNode numbers = json.createArrayNode();
    registry.versions(existing(call.argument(0))).forEach(one -> numbers.add(one.version()));
    return numbers;
  }

  private JsonNode register(Call call) {
    try {
      return json.createObjectNode()
          .put("id", registry.register(call.argument(0), sentSchema(call)));
    } catch (IncompatibleSchemaException e) {
      throw new ApiError(409, 409, String.valueOf(e.getMessage()));
    }
  }

  private JsonNode version(Call call) {
    return described(registered(call.argument(0), call.argument(1)));
  }

  private JsonNode check(Call call) {
    RegisteredSchema earlier = registered(call.argument(0), call.argument(1));
    boolean compatible =
        registry.level(call.argument(0)).allows(sentSchema(call), List.of(earlier.schema()));
    return json.createObjectNode().put("is_compatible", compatible);
  }

  private JsonNode setDefaultLevel(Call call) {
    CompatibilityLevel level = sentLevel(call);
    registry.setDefaultLevel(level);
    return json.createObjectNode().put("compatibility", level.name());
  }

  private JsonNode level(Call call) {
    String subject = call.argument(0);
    if (!registry.hasOwnLevel(subject) && !call.hasFlag("defaultToGlobal=true")) {
      throw new ApiError(
          404,
          40408,
          "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
    }
    return level(registry.level(subject));
  }

  private JsonNode setLevel(Call call) {
    CompatibilityLevel level = sentLevel(call);
    registry.setLevel(call.argument(0), level);
    return json.createObjectNode().put("compatibility", level.name());
  }

  private String existing(String subject) {
    if (registry.versions(subject).isEmpty()) {
      throw new ApiError(404, 40401, "Subject '%s' not found.".formatted(subject));
    }
    return subject;
  }

  private RegisteredSchema registered(String subject, String version) {
    List<RegisteredSchema> versions = registry.versions(existing(subject));
    if (version.equals("latest") || version.equals("-1")) {
      return versions.get(versions.size() - 1);
    }
    int number;
    try {
      number = Integer.parseInt(version);
    } catch (NumberFormatException e) {
      throw new ApiError(
          422, 42202, "'%s' is no version; give 1, 2, ... or latest".formatted(version));
    }
    if (number < 1) {
      throw new ApiError(
          422, 42202, "'%s' is no version; give 1, 2, ... or latest".formatted(version));
    }
    if (number > versions.size()) {
      throw new ApiError(404, 40402, "Version %d not found.".formatted(number));
    }
    return versions.get(number - 1);
  }

  private static Schema sentSchema(Call call) {
    String type = call.body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO") || !call.body.path("references").isEmpty()) {
      throw new ApiError(
          422, 42201, "this registry takes Avro schemas without references, not " + type);
    }
    JsonNode text = call.body.path("schema");
    if (!text.isTextual()) {
      throw new ApiError(422, 42201, "Invalid schema: the field 'schema' is missing");
    }
    try {
      return new Schema.Parser().parse(text.textValue());
    } catch (AvroRuntimeException e) {
      throw new ApiError(422, 42201, "Invalid schema: " + e.getMessage());
    }
  }

  private static CompatibilityLevel sentLevel(Call call) {
    String name = call.body.path("compatibility").asText("");
    return Arrays.stream(CompatibilityLevel.values())
        .filter(level -> level.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiError(
                    422,
                    42203,
                    "'%s' is no compatibility level; the levels are %s"
                        .formatted(name, Arrays.toString(CompatibilityLevel.values()))));
  }

  private ObjectNode described(RegisteredSchema version) {
    return json.createObjectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema().toString());
  }

  private ObjectNode level(CompatibilityLevel level) {
    return json.createObjectNode().put("compatibilityLevel", level.name());
  }

  private ArrayNode array(Collection<String> values) {
    ArrayNode array = json.createArrayNode();
    values.forEach(array::add);
    return array;
  }

  private ObjectNode error(int code, String message) {
    return json.createObjectNode().put("error_code", code).put("message", message);
  }

  private interface Handler {
    JsonNode handle(Call call);
  }

  /** One request: the values of the route's placeholders, its body and its query. */
  private record Call(List<String> arguments, JsonNode body, @Nullable String query) {
    String argument(int index) {
      return arguments.get(index);
    }

    boolean hasFlag(String flag) {
      return query != null && Arrays.asList(query.split("&")).contains(flag);
    }
  }

  /** The handler of a method at a path, whose segments in braces stand for any value. */
  private static final class Route {
    private final String method;
    private final List<String> template;
    private final Handler handler;

    Route(String method, String template, Handler handler) {
      this.method = method;
      this.template = HttpRequest.segments(template);
      this.handler = handler;
    }

    boolean matches(List<String> path) {
      if (path.size() != template.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!isPlaceholder(i) && !template.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }

    List<String> arguments(List<String> path) {
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < path.size(); i++) {
        if (isPlaceholder(i)) {
          arguments.add(path.get(i));
        }
      }
      return arguments;
    }

    private boolean isPlaceholder(int index) {
      return template.get(index).startsWith("{");
    }
  }

  /** A refusal with the error code of Confluent's API. */
  private static final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final int code;

    ApiError(int status, int code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }
}
