package org.sidereus.streams.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.brokers.BrokerStatus;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.results.BundleComparison;
import org.sidereus.streams.results.PosteriorJson;
import org.sidereus.streams.topology.LocalGroups;

/**
 * The HTTP endpoints of an instance. They only read; no request changes the service.
 *
 * <p>{@code /ready} has the status 200 if the stream is running and the brokers respond, and 503
 * otherwise; {@code /liveness} has 200 unless the stream has failed. {@code /groups/{id}} has the
 * group's posteriors by bundle, and the {@link BundleComparison} for all time. Errors are JSON:
 * {@code {"error": ...}}.
 */
public final class HttpEndpoints implements AutoCloseable {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String GROUP_PATH = "/groups/";
  private static final List<String> PATHS =
      List.of("/ready", "/liveness", "/metrics", "/topology", "/config", "/groups", "/groups/{id}");
  private static final int MOST_GROUPS = 1_000;
  private static final int THREADS = 2;

  private final ServiceConfig config;
  private final KafkaStreams streams;
  private final String topology;
  private final StreamMeters meters;
  private final ObservationLag lag;
  private final BrokerStatus brokers;
  private final LocalGroups groups;
  private final ObjectMapper mapper = new ObjectMapper();
  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final DaemonServer server;

  /** A response to a request. */
  private record Response(int status, String type, String body) {}

  private HttpEndpoints(
      DaemonServer server,
      ServiceConfig config,
      KafkaStreams streams,
      String topology,
      StreamMeters meters,
      ObservationLag lag,
      BrokerStatus brokers,
      LocalGroups groups) {
    this.server = server;
    this.config = config;
    this.streams = streams;
    this.topology = topology;
    this.meters = meters;
    this.lag = lag;
    this.brokers = brokers;
    this.groups = groups;
  }

  /**
   * Starts to listen.
   *
   * @param topology description of the topology
   * @throws SidereusException if the port is taken
   */
  public static HttpEndpoints start(
      ServiceConfig config,
      KafkaStreams streams,
      String topology,
      StreamMeters meters,
      ObservationLag lag,
      BrokerStatus brokers,
      LocalGroups groups) {
    InetSocketAddress address = new InetSocketAddress(config.httpHost(), config.httpPort());
    DaemonServer server;
    try {
      server = DaemonServer.listen(address, "http", THREADS);
    } catch (IOException e) {
      throw new SidereusException(
          "the HTTP endpoints cannot listen on %s:%d (%s); stop what listens there or change http.port or http.host"
              .formatted(config.httpHost(), config.httpPort(), e.getMessage()),
          e);
    }
    HttpEndpoints endpoints =
        new HttpEndpoints(server, config, streams, topology, meters, lag, brokers, groups);
    server.serve(endpoints::serve);
    return endpoints;
  }

  /** Root of the endpoints, for example {@code http://127.0.0.1:8080}. */
  public String url() {
    String host = config.httpHost();
    // RFC 3986 wants brackets around an address with colons.
    return "http://"
        + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
        + ":"
        + server.port();
  }

  @Override
  public void close() {
    server.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response;
      try {
        response = response(exchange);
      } catch (InvalidStateStoreException e) {
        response =
            error(503, "the stream is " + streams.state() + "; try again when /ready says so");
      } catch (RuntimeException e) {
        response = error(500, e.toString());
      }
      DaemonServer.respond(exchange, response.status(), response.type(), response.body());
    }
  }

  private Response response(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return error(405, method + " is not allowed; use GET");
    }
    String path = exchange.getRequestURI().getRawPath();
    return switch (path) {
      case "/ready" -> ready();
      case "/liveness" ->
          state(streams.state() != State.ERROR && streams.state() != State.PENDING_ERROR);
      case "/metrics" ->
          new Response(
              200,
              PROMETHEUS,
              MetricsText.of(
                  meters, lag, brokers, config.topics(), streams.state() == State.RUNNING));
      case "/topology" -> new Response(200, TEXT, topology);
      case "/config" -> json(200, mapper.valueToTree(config.effective()));
      case "/groups", GROUP_PATH -> json(200, array(groups.allTime(MOST_GROUPS)));
      default ->
          path.startsWith(GROUP_PATH)
              ? group(decoded(path.substring(GROUP_PATH.length())))
              : error(404, "there is no " + path + "; there are " + String.join(", ", PATHS));
    };
  }

  private Response ready() {
    ObjectNode body = mapper.createObjectNode().put("state", streams.state().name());
    boolean responding = brokers.isReady();
    if (!responding) {
      body.put(
          "brokers",
          "no broker responds for %d s".formatted(brokers.connection().silence().toSeconds()));
    }
    return json(responding && streams.state() == State.RUNNING ? 200 : 503, body);
  }

  private Response state(boolean good) {
    ObjectNode body = mapper.createObjectNode().put("state", streams.state().name());
    return json(good ? 200 : 503, body);
  }

  private Response group(String id) {
    List<GroupPosterior> found = groups.of(id);
    if (found.isEmpty()) {
      return error(404, "this instance knows no group '" + id + "'; /groups lists those it knows");
    }
    ObjectNode body = mapper.createObjectNode().put("group", id);
    body.set(
        "comparison",
        posteriorJson.of(
            BundleComparison.of(
                found.stream().filter(one -> one.getWindowStart() == null).toList())));
    body.set("posteriors", array(found));
    return json(200, body);
  }

  private ArrayNode array(List<GroupPosterior> posteriors) {
    ArrayNode array = mapper.createArrayNode();
    posteriors.forEach(one -> array.add(posteriorJson.of(one)));
    return array;
  }

  private static String decoded(String segment) {
    // URLDecoder reads forms, where a plus is a blank; in a path a plus is a plus.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Response error(int status, String message) {
    return json(status, mapper.createObjectNode().put("error", message));
  }

  private Response json(int status, JsonNode body) {
    try {
      return new Response(
          status, JSON, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a response cannot be written as JSON", e);
    }
  }
}
