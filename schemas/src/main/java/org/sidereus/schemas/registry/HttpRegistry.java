package org.sidereus.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.registry.RegistryConfig.Endpoint;

/**
 * A Schema Registry behind the REST API of Confluent's, which Apicurio, Karapace and Redpanda offer
 * too.
 *
 * <p>With several addresses, the client tries the one that responded most recently first, and the
 * others in turn if it is unreachable or overloaded. It does not cache: see {@link
 * CachingRegistry}. An interrupted call throws Kafka's {@link InterruptException} with the thread's
 * interrupt flag set.
 */
public final class HttpRegistry implements RegistryClient {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_QUOTED_CHARACTERS = 300;

  /** Contracts have some kilobytes. */
  private static final long MOST_RESPONSE_BYTES = 16L << 20;

  /** Schemas to which one may refer, also through others. */
  private static final int MOST_REFERENCES = 32;

  private final ObjectMapper json = new ObjectMapper();
  private final RegistryConfig config;
  private final HttpClient http;
  private final AtomicInteger preferred = new AtomicInteger();

  /** A client of the registry at the configured addresses. Connects with the first call. */
  public HttpRegistry(RegistryConfig config) {
    this.config = config;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would carry the credentials to whatever host it names.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.connectTimeout());
    config.tls().ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  @Override
  public int register(String subject, Schema schema) {
    String what = "registering a schema of %s".formatted(named(subject, schema));
    Reply reply = post("/subjects/" + encoded(subject) + "/versions", schema, what);
    if (reply.status == 409) {
      throw new IncompatibleSchemaException(
          "%s: the registry %s finds it incompatible with an earlier version: %s. Evolve the schema"
                  .formatted(what, reply.from, reply.problem())
              + " by its rules, or change the compatibility level of the subject");
    }
    return reply.orRefused().integer("id");
  }

  @Override
  public int idOf(String subject, Schema schema) {
    String what = "looking up the schema of %s".formatted(named(subject, schema));
    Reply reply = post("/subjects/" + encoded(subject), schema, what);
    if (reply.isUnknown()) {
      throw new UnknownSchemaException(
          "%s: the registry %s does not have it: %s. Register it first, or set %s=true"
              .formatted(what, reply.from, reply.problem(), SerializationConfig.AUTO_REGISTER));
    }
    return reply.orRefused().integer("id");
  }

  @Override
  public Schema schema(int id) {
    String what = "fetching the schema of id " + id;
    Reply reply = get("/schemas/ids/" + id, what);
    if (reply.isUnknown()) {
      throw new UnknownSchemaException(
          "%s: the registry %s does not have it: %s. Was the event written against another registry?"
              .formatted(what, reply.from, reply.problem()));
    }
    if (reply.refusesTheRequest()) {
      throw new UnknownSchemaException(
          "%s: the registry %s refuses the id with HTTP %d: %s. Was the event written against another registry?"
              .formatted(what, reply.from, reply.status, reply.problem()));
    }
    return whole(reply.orRefused());
  }

  /** The schema of a response, with those to which it refers. */
  private Schema whole(Reply reply) {
    return whole(reply, SchemaText.parser(), new HashSet<>());
  }

  /**
   * The same.
   *
   * @param parser knows the types of the references that were followed
   * @param followed these references
   */
  private Schema whole(Reply reply, Schema.Parser parser, Set<String> followed) {
    for (Reply.Reference one : reply.references()) {
      String what = "fetching version %d of subject '%s'".formatted(one.version(), one.subject());
      if (followed.add(what)) {
        if (followed.size() > MOST_REFERENCES) {
          throw new UnknownSchemaException(
              "%s: it refers to other schemas, and these to others, more than %d in all; register it in one piece"
                  .formatted(reply.what, MOST_REFERENCES));
        }
        Reply referred =
            get("/subjects/%s/versions/%d".formatted(encoded(one.subject()), one.version()), what);
        if (referred.isUnknown()) {
          throw new UnknownSchemaException(
              "%s: it refers to version %d of subject '%s', and the registry %s does not have that: %s. Register it again"
                  .formatted(
                      reply.what, one.version(), one.subject(), reply.from, referred.problem()));
        }
        Schema unused = whole(referred.orRefused(), parser, followed);
      }
    }
    return reply.schema(parser);
  }

  @Override
  public RegisteredSchema latest(String subject) {
    String what = "fetching the latest version of subject '%s'".formatted(subject);
    Reply reply = get("/subjects/" + encoded(subject) + "/versions/latest", what);
    if (reply.isUnknown()) {
      throw new UnknownSchemaException(
          "%s: the registry %s has none: %s. Register a schema first"
              .formatted(what, reply.from, reply.problem()));
    }
    reply.orRefused();
    return new RegisteredSchema(
        subject, reply.integer("version"), reply.integer("id"), whole(reply));
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    String what = "checking the compatibility of %s".formatted(named(subject, schema));
    Reply reply =
        post("/compatibility/subjects/" + encoded(subject) + "/versions/latest", schema, what);
    return reply.isUnknown() || reply.orRefused().flag("is_compatible");
  }

  @Override
  public String toString() {
    return config.toString();
  }

  private static String named(String subject, Schema schema) {
    return "%s in subject '%s'".formatted(schema.getFullName(), subject);
  }

  private static String encoded(String segment) {
    // URLEncoder is for forms, where a blank is a plus; in a path it is %20.
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Reply get(String path, String what) {
    return send("GET", path, BodyPublishers.noBody(), what);
  }

  private Reply post(String path, Schema schema, String what) {
    ObjectNode body = json.createObjectNode().put("schema", schema.toString());
    return send("POST", path, BodyPublishers.ofString(body.toString()), what);
  }

  private Reply send(String method, String path, BodyPublisher body, String what) {
    List<Endpoint> endpoints = config.endpoints();
    List<String> problems = new ArrayList<>();
    @Nullable IOException last = null;
    int first = preferred.get();
    for (int i = 0; i < endpoints.size(); i++) {
      int index = (first + i) % endpoints.size();
      Endpoint endpoint = endpoints.get(index);
      try {
        HttpResponse<String> response = response(request(endpoint, method, path, body));
        if (!isOverload(response.statusCode())) {
          preferred.set(index);
          return reply(endpoint, response, what);
        }
        problems.add("%s responded with HTTP %d".formatted(endpoint, response.statusCode()));
      } catch (IOException e) {
        last = e;
        problems.add("%s: %s".formatted(endpoint, described(e)));
      } catch (InterruptedException e) {
        throw new InterruptException(what + ": interrupted", e);
      }
    }
    throw new RegistryUnreachableException(
        "%s: no Schema Registry responds (%s). Start it or correct %s; trying again may help"
            .formatted(what, String.join("; ", problems), RegistryConfig.URL),
        last);
  }

  private HttpRequest request(Endpoint endpoint, String method, String path, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + path))
            .timeout(config.readTimeout())
            .header("Accept", MEDIA_TYPE + ", application/json")
            .header("Content-Type", MEDIA_TYPE)
            .method(method, body);
    endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /** The timeout of a request ends with the headers of the response; this one with its body. */
  private HttpResponse<String> response(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> response =
        http.sendAsync(request, head -> new BoundedBody(MOST_RESPONSE_BYTES));
    try {
      return response.get(
          config.connectTimeout().plus(config.readTimeout()).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("response timed out");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } finally {
      response.cancel(true);
    }
  }

  private static boolean isOverload(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  private static String described(IOException e) {
    String kind = e.getClass().getSimpleName();
    return e.getMessage() == null ? kind : kind + " (" + e.getMessage() + ")";
  }

  private Reply reply(Endpoint endpoint, HttpResponse<String> response, String what) {
    JsonNode body;
    try {
      body = json.readTree(response.body());
    } catch (JsonProcessingException e) {
      body = json.missingNode();
    }
    return new Reply(what, endpoint, response, body);
  }

  /** The response of one registry to one request. */
  private static final class Reply {
    private final String what;
    private final Endpoint from;
    private final int status;
    private final String text;
    private final JsonNode body;

    Reply(String what, Endpoint from, HttpResponse<String> response, JsonNode body) {
      this.what = what;
      this.from = from;
      this.status = response.statusCode();
      this.text = response.body();
      this.body = body;
    }

    /**
     * A registry marks what it does not have by an error code. A 404 without one comes from
     * something else, such as a proxy or a wrong path, and tells nothing of the schema.
     */
    boolean isUnknown() {
      return status == 404 && body.path("error_code").asInt(404) / 100 == 404;
    }

    /**
     * Whether the fault is in the request itself. Neither credentials, nor a proxy, nor overload
     * are: they say nothing of what was requested.
     */
    boolean refusesTheRequest() {
      return status / 100 == 4
          && status != 401
          && status != 403
          && status != 404
          && status != 407
          && !isOverload(status);
    }

    String problem() {
      String message = body.path("message").asText("");
      if (message.isEmpty()) {
        message = text;
      }
      if (message.length() > MAX_QUOTED_CHARACTERS) {
        message = message.substring(0, MAX_QUOTED_CHARACTERS) + "...";
      }
      int code = body.path("error_code").asInt(status);
      return "%d '%s'".formatted(code, message.strip());
    }

    Reply orRefused() {
      if (status == 401 || status == 403) {
        throw new RegistryRefusedException(
            "%s: the registry %s refuses these credentials: %s. Check basic.auth.* or bearer.auth.*"
                .formatted(what, from, problem()));
      }
      if (status != 200) {
        throw new RegistryRefusedException(
            "%s: the registry %s responded with HTTP %d: %s. Check that %s is the root of a Schema Registry"
                .formatted(what, from, status, problem(), RegistryConfig.URL));
      }
      return this;
    }

    int integer(String field) {
      JsonNode value = field(field);
      if (!value.isInt()) {
        throw strange(field, "an integer");
      }
      return value.intValue();
    }

    boolean flag(String field) {
      JsonNode value = field(field);
      if (!value.isBoolean()) {
        throw strange(field, "true or false");
      }
      return value.booleanValue();
    }

    /** Another schema to which this one refers. */
    private record Reference(String subject, int version) {}

    List<Reference> references() {
      List<Reference> references = new ArrayList<>();
      for (JsonNode one : body.path("references")) {
        JsonNode subject = one.path("subject");
        JsonNode version = one.path("version");
        if (!subject.isTextual() || !version.isInt()) {
          throw new UnknownSchemaException(
              "%s: it refers to other schemas, and one has no subject or version. Register it in one piece"
                  .formatted(what));
        }
        references.add(new Reference(subject.textValue(), version.intValue()));
      }
      return references;
    }

    /** The schema; the parser knows the types to which it refers. */
    Schema schema(Schema.Parser parser) {
      String type = body.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new UnknownSchemaException(
            "%s: it is a schema of type %s and not of Avro. Was the event meant for another topic?"
                .formatted(what, type));
      }
      JsonNode value = field("schema");
      if (!value.isTextual()) {
        throw strange("schema", "text");
      }
      try {
        return parser.parse(value.textValue());
      } catch (AvroRuntimeException e) {
        throw new UnknownSchemaException(
            "%s: the registry %s holds no valid Avro schema there: %s"
                .formatted(what, from, e.getMessage()),
            e);
      }
    }

    private JsonNode field(String name) {
      return body.path(name);
    }

    private RegistryRefusedException strange(String field, String expected) {
      return new RegistryRefusedException(
          "%s: the response of %s has no field '%s' with %s: %s. Check that %s is the root of a Schema Registry"
              .formatted(what, from, field, expected, problem(), RegistryConfig.URL));
    }
  }
}
