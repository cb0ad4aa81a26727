package org.sidereus.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server with {@linkplain HttpLimits limits}. Its threads do not keep the process
 * alive. No thread waits for a client: heads, bodies and responses are read and written without
 * blocking.
 *
 * <p>A request for a host that is not {@linkplain AllowedHosts allowed} gets status 421, one from a
 * page of another origin 403. Several headers {@code Host}, contradictory lengths and the like are
 * refused with 400.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int SELECTORS = 1;
  private static final int SLICE_BYTES = 64 * 1024;
  private static final long TICK_MS = 500;

  /** The path reaches the handler as it was sent; nothing here maps it to files. */
  private static final UriCompliance ANY_SEGMENT =
      new UriCompliance(
          "ANY_SEGMENT",
          EnumSet.of(
              UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
              UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
              UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
              UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
              UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
              UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));

  private final Server server;
  private final ServerConnector connector;
  private final AllowedHosts hosts;
  private final HttpLimits limits;
  private final Connections connections;
  private final Timer clock;
  private long ticks;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

  private HttpServer(
      Server server,
      ServerConnector connector,
      AllowedHosts hosts,
      HttpLimits limits,
      Connections connections,
      Timer clock) {
    this.server = server;
    this.connector = connector;
    this.hosts = hosts;
    this.limits = limits;
    this.connections = connections;
    this.clock = clock;
  }

  /**
   * Takes a port; responds to nothing before {@link #serve}.
   *
   * @param address where to listen; port 0: any free one
   * @param name of the threads
   * @throws IOException if the port is taken or there is no such address
   */
  public static HttpServer listen(
      InetSocketAddress address, String name, AllowedHosts hosts, HttpLimits limits)
      throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("no address is known for " + address.getHostString());
    }
    QueuedThreadPool threads = new QueuedThreadPool(limits.threads() + SELECTORS, 1);
    threads.setName(name);
    threads.setDaemon(true);
    threads.setStopTimeout(limits.times().stop().toMillis());
    Server server = new Server(threads);
    server.setStopTimeout(limits.times().stop().toMillis());
    ServerConnector connector =
        new ServerConnector(
            server,
            null,
            null,
            null,
            0,
            SELECTORS,
            new HttpConnectionFactory(configuration(limits)));
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(limits.times().idle().toMillis());
    connector.setShutdownIdleTimeout(limits.times().stop().toMillis());
    Connections connections = new Connections(limits, System::nanoTime);
    connector.addEventListener(connections);
    server.addConnector(connector);
    connector.open();
    Timer clock = new Timer(name + "-clock", true);
    return new HttpServer(server, connector, hosts, limits, connections, clock);
  }

  private static HttpConfiguration configuration(HttpLimits limits) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendXPoweredBy(false);
    configuration.setSendDateHeader(true);
    configuration.setRequestHeaderSize(limits.headerBytes());
    configuration.setHeaderCacheSize(0);
    configuration.setUriCompliance(ANY_SEGMENT);
    return configuration;
  }

  /**
   * Starts to handle requests. Call it once.
   *
   * @throws IOException if it cannot start
   */
  public void serve(HttpHandler handler) throws IOException {
    server.setErrorHandler(new Refusals(handler));
    server.setHandler(new GracefulHandler(new Requests(handler)));
    try {
      server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the HTTP server does not start: " + e.getMessage(), e);
    }
    clock.schedule(
        new TimerTask() {
          @Override
          public void run() {
            tick();
          }
        },
        TICK_MS,
        TICK_MS);
  }

  private void tick() {
    try {
      connections.closeOverdue();
      ticks++;
      // often enough that an idle stream is no idle connection
      if (ticks % Math.max(1, limits.times().idle().toMillis() / (3 * TICK_MS)) == 0) {
        streams.forEach(EventStream::beat);
      }
    } catch (RuntimeException e) {
      LOG.warn("the connections of the HTTP server cannot be checked; it is tried again", e);
    }
  }

  /**
   * Host and port as a URL has them: an IPv6 address stands in brackets (RFC 3986).
   *
   * @param host name or address, an IPv6 address with or without brackets
   */
  public static String authority(String host, int port) {
    boolean isBare6 = host.contains(":") && !host.startsWith("[");
    return (isBare6 ? "[" + host + "]" : host) + ":" + port;
  }

  /** Port on which it listens. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Takes no more requests, waits a moment for responses under way, and stops. */
  @Override
  public void close() {
    clock.cancel();
    streams.forEach(EventStream::close);
    connections.closeWaiting();
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the HTTP server does not stop cleanly: {}", e.toString());
    }
    // A server that never served has its port, too.
    connector.close();
  }

  /** Reads requests, checks for whom they are, and sends responses. */
  private final class Requests extends Handler.Abstract {
    private final HttpHandler handler;

    Requests(HttpHandler handler) {
      this.handler = handler;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Connection connection = request.getConnectionMetaData().getConnection();
      Request.addCompletionListener(request, failure -> connections.receives(connection));
      HttpResponse refusal = refusal(request);
      if (refusal != null) {
        connections.responds(connection);
        send(refusal, request, response, callback);
        return true;
      }
      // Without a body it is complete, and handled on this thread.
      Content.Source.asByteArrayAsync(
          request,
          limits.bodyBytes(),
          Promise.Invocable.from(
              Invocable.InvocationType.BLOCKING,
              (body, failure) -> {
                connections.responds(connection);
                HttpResponse result =
                    failure == null ? handled(request, body) : unreadable(failure);
                send(result, request, response, callback);
              }));
      return true;
    }

    private @Nullable HttpResponse refusal(Request request) {
      String authority = request.getHeaders().get(HttpHeader.HOST);
      String named = request.getHttpURI().getAuthority();
      if (!hosts.allows(authority) || !hosts.allows(named)) {
        return handler.refuse(
            421, "this server is not known by the name in Host; add it to the names it allows");
      }
      String origin = request.getHeaders().get(HttpHeader.ORIGIN);
      if (origin != null && authority != null && !origin.endsWith("://" + authority)) {
        return handler.refuse(403, "pages of another origin may not ask this server");
      }
      if (request.getLength() > limits.bodyBytes()) {
        return tooLarge();
      }
      return null;
    }

    private HttpResponse unreadable(Throwable failure) {
      LOG.debug("a body that cannot be read", failure);
      return isTooLarge(failure)
          ? tooLarge()
          : handler.refuse(400, "the body of the request is not complete");
    }

    private boolean isTooLarge(@Nullable Throwable failure) {
      return failure != null
          && (failure instanceof IllegalStateException || isTooLarge(failure.getCause()));
    }

    private HttpResponse tooLarge() {
      return handler.refuse(413, "the request is larger than " + limits.bodyBytes() + " bytes");
    }

    private HttpResponse handled(Request request, byte[] body) {
      String path = request.getHttpURI().getPath();
      try {
        return handler.handle(
            new HttpRequest(
                request.getMethod(),
                path == null ? "" : path,
                request.getHttpURI().getQuery(),
                headers(request.getHeaders()),
                body));
      } catch (RuntimeException e) {
        LOG.warn("a request of {} failed", path, e);
        return handler.refuse(500, e.toString());
      }
    }

    private static Map<String, String> headers(HttpFields fields) {
      Map<String, String> headers = new HashMap<>();
      for (HttpField field : fields) {
        headers.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), field.getValue());
      }
      return headers;
    }

    private void send(HttpResponse result, Request request, Response response, Callback callback) {
      if (result instanceof HttpResponse.Whole whole) {
        write(whole, response, callback);
      } else if (result instanceof HttpResponse.Events events) {
        stream(events, request, response, callback);
      }
    }

    private void stream(
        HttpResponse.Events events, Request request, Response response, Callback callback) {
      if (streams.size() >= limits.streams()) {
        write(
            handler.refuse(503, "too many clients receive events; try again later"),
            response,
            callback);
        return;
      }
      response.setStatus(200);
      addCommonHeaders(response);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
      if (request.getMethod().equals("HEAD")) {
        response.write(true, null, callback);
        return;
      }
      Connection connection = request.getConnectionMetaData().getConnection();
      connections.streams(connection);
      EventStream stream = new EventStream(response, callback, connection.getEndPoint()::close);
      streams.add(stream);
      stream.onClose(() -> streams.remove(stream));
      request.addFailureListener(stream::failed);
      // The head goes out at once, so that the client knows that it is connected.
      stream.beat();
      events.source().open(stream);
    }
  }

  private static void write(HttpResponse.Whole whole, Response response, Callback callback) {
    response.setStatus(whole.status());
    addCommonHeaders(response);
    whole.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, whole.body().length);
    Content.copy(Content.Source.from(slices(whole.body())), response, callback);
  }

  /** The socket copies a buffer each time that it takes a part of it; so buffers are small. */
  private static ByteBuffer[] slices(byte[] body) {
    ByteBuffer[] slices =
        new ByteBuffer[Math.max(1, (body.length + SLICE_BYTES - 1) / SLICE_BYTES)];
    for (int i = 0; i < slices.length; i++) {
      int start = i * SLICE_BYTES;
      slices[i] = ByteBuffer.wrap(body, start, Math.min(SLICE_BYTES, body.length - start));
    }
    return slices;
  }

  private static void addCommonHeaders(Response response) {
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  /** Responses to what is not HTTP, in the form of the other errors. */
  private static final class Refusals extends ErrorHandler {
    private static final List<Integer> OF_THE_CLIENT = List.of(400, 408, 413, 414, 431, 505);

    private final HttpHandler handler;

    Refusals(HttpHandler handler) {
      this.handler = handler;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      int status = response.getStatus();
      Object reason = request.getAttribute(ERROR_MESSAGE);
      String sentence =
          OF_THE_CLIENT.contains(status) && reason != null
              ? "the request is refused: " + reason
              : "the request is refused";
      HttpServer.write(handler.refuse(status, sentence), response, callback);
      return true;
    }
  }
}
