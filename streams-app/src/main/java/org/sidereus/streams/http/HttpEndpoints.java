package org.sidereus.streams.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.http.AllowedHosts;
import org.sidereus.http.HttpHandler;
import org.sidereus.http.HttpLimits;
import org.sidereus.http.HttpRequest;
import org.sidereus.http.HttpResponse;
import org.sidereus.http.HttpServer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.brokers.BrokerStatus;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.results.BundleComparison;
import org.sidereus.streams.results.PosteriorJson;
import org.sidereus.streams.topology.LocalGroups;

/**
 * The HTTP endpoints of an instance. They only read; no request changes the service.
 *
 * <p>{@code /ready} has the status 200 if the stream is running and the brokers respond and refuse
 * nothing, and 503 otherwise; {@code /liveness} has 200 unless the stream has failed. {@code
 * /groups} has pages of groups. {@code /groups/{id}} has the group's posteriors by bundle, and the
 * {@link BundleComparison} for all time; where another instance has the group, it redirects to that
 * one (307). Errors are JSON: {@code {"error": ...}}.
 */
public final class HttpEndpoints implements HttpHandler, AutoCloseable {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String GROUP_PATH = "/groups/";
  private static final List<String> PATHS =
      List.of("/ready", "/liveness", "/metrics", "/topology", "/config", "/groups", "/groups/{id}");
  private static final int MOST_GROUPS = 1_000;

  private final ServiceConfig config;
  private final KafkaStreams streams;
  private final String topology;
  private final StreamMeters meters;
  private final ObservationLag lag;
  private final BrokerStatus brokers;
  private final LocalGroups groups;
  private final ObjectMapper mapper = new ObjectMapper();
  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final HttpServer server;
  private final LibraryMeters libraries;

  private HttpEndpoints(
      HttpServer server,
      ServiceConfig config,
      KafkaStreams streams,
      String topology,
      StreamMeters meters,
      ObservationLag lag,
      BrokerStatus brokers,
      LocalGroups groups) {
    this.server = server;
    this.libraries = new LibraryMeters(streams, isDetailed(config));
    this.config = config;
    this.streams = streams;
    this.topology = topology;
    this.meters = meters;
    this.lag = lag;
    this.brokers = brokers;
    this.groups = groups;
  }

  private static boolean isDetailed(ServiceConfig config) {
    Object level =
        new KafkaSettings(config).streams().get(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG);
    return level != null && !level.toString().equals(RecordingLevel.INFO.name());
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
    InetSocketAddress address = new InetSocketAddress(config.http().host(), config.http().port());
    List<String> names = new ArrayList<>(config.http().names());
    names.add(config.http().host());
    try {
      HttpServer server =
          HttpServer.listen(address, "http", AllowedHosts.of(names), HttpLimits.defaults());
      HttpEndpoints endpoints =
          new HttpEndpoints(server, config, streams, topology, meters, lag, brokers, groups);
      server.serve(endpoints);
      return endpoints;
    } catch (IOException e) {
      throw new SidereusException(
          "the HTTP endpoints cannot listen on %s:%d (%s); stop what listens there or change http.port or http.host"
              .formatted(config.http().host(), config.http().port(), e.getMessage()),
          e);
    }
  }

  /** Root of the endpoints, for example {@code http://127.0.0.1:8080}. */
  public String url() {
    return "http://" + HttpServer.authority(config.http().host(), server.port());
  }

  @Override
  public void close() {
    server.close();
    libraries.close();
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    try {
      return response(request);
    } catch (InvalidStateStoreException e) {
      return refuse(503, "the stream is " + streams.state() + "; try again when /ready says so");
    } catch (IllegalStateException e) {
      // The stream stopped while it was asked.
      return refuse(503, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public HttpResponse.Whole refuse(int status, String sentence) {
    return json(status, mapper.createObjectNode().put("error", sentence));
  }

  private HttpResponse response(HttpRequest request) {
    String method = request.method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return refuse(405, method + " is not allowed; use GET").with("Allow", "GET, HEAD");
    }
    String path = request.path();
    return switch (path) {
      case "/ready" -> ready();
      case "/liveness" ->
          state(streams.state() != State.ERROR && streams.state() != State.PENDING_ERROR);
      case "/metrics" -> metrics(MetricsFormat.of(request.header("Accept")));
      case "/topology" -> HttpResponse.text(200, TEXT, topology);
      case "/config" -> json(200, mapper.valueToTree(config.effective()));
      case "/groups", GROUP_PATH -> groups(request.query());
      default ->
          path.startsWith(GROUP_PATH)
              ? group(HttpRequest.decoded(path.substring(GROUP_PATH.length())))
              : refuse(404, "there is no " + path + "; there are " + String.join(", ", PATHS));
    };
  }

  /** The service's own metrics, and behind them those of the libraries. */
  private HttpResponse.Whole metrics(MetricsFormat format) {
    String own =
        MetricsText.of(
            format, meters, lag, brokers, config.topics(), streams.state() == State.RUNNING);
    return HttpResponse.text(200, format.contentType(), own + libraries.page(format));
  }

  private HttpResponse.Whole ready() {
    ObjectNode body = mapper.createObjectNode().put("state", streams.state().name());
    Optional<String> obstacle = brokers.obstacle();
    obstacle.ifPresent(sentence -> body.put("brokers", sentence));
    return json(obstacle.isEmpty() && streams.state() == State.RUNNING ? 200 : 503, body);
  }

  private HttpResponse.Whole state(boolean good) {
    ObjectNode body = mapper.createObjectNode().put("state", streams.state().name());
    return json(good ? 200 : 503, body);
  }

  /**
   * A page of the groups.
   *
   * @param query {@code limit} and {@code after}, the name of a group; null: the first page
   */
  private HttpResponse.Whole groups(@Nullable String query) {
    int limit = MOST_GROUPS;
    String after = null;
    for (String one : query == null ? List.<String>of() : List.of(query.split("&"))) {
      int equals = one.indexOf('=');
      String value = equals < 0 ? "" : HttpRequest.decoded(one.substring(equals + 1));
      switch (equals < 0 ? one : one.substring(0, equals)) {
        case "limit" -> limit = limit(value);
        case "after" -> after = value;
        case "" -> {}
        default -> limit = -1;
      }
    }
    if (limit < 1 || limit > MOST_GROUPS) {
      return refuse(
          400,
          "/groups?limit=N&after=GROUP gives the N groups after that one; N is 1 to "
              + MOST_GROUPS);
    }
    LocalGroups.Page page = groups.allTime(after, limit);
    HttpResponse.Whole response = json(200, array(page.posteriors()));
    if (page.next().isEmpty()) {
      return response;
    }
    String next = encoded(page.next().get());
    return response.with(
        "Link", "</groups?limit=%d&after=%s>; rel=\"next\"".formatted(limit, next));
  }

  /** The number; -1: it is none. */
  private static int limit(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** A text as a part of a path or a query. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** One group, or where it is. */
  private HttpResponse.Whole group(String id) {
    List<GroupPosterior> found = groups.of(id);
    Optional<String> elsewhere = found.isEmpty() ? groups.elsewhere(id) : Optional.empty();
    if (elsewhere.isPresent()) {
      String address = "http://" + elsewhere.get() + GROUP_PATH + encoded(id);
      ObjectNode body =
          mapper
              .createObjectNode()
              .put("error", "another instance has the state of the group '" + id + "'")
              .put("instance", address);
      return json(307, body).with("Location", address);
    }
    if (found.isEmpty()) {
      return refuse(404, "this instance knows no group '" + id + "'; /groups lists those it knows");
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

  private HttpResponse.Whole json(int status, JsonNode body) {
    try {
      return HttpResponse.text(
          status, JSON, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a response cannot be written as JSON", e);
    }
  }
}
