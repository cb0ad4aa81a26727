package org.sidereus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class HttpServerTest {
  private static final HttpLimits SMALL =
      HttpLimits.defaults()
          .withBodyBytes(1000)
          .withTimes(
              new HttpTimes(
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(3),
                  Duration.ofSeconds(1)));

  /** More than the buffers of both sides hold. */
  private static final String LARGE = "x".repeat(20_000_000);

  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private void start(HttpLimits limits, String... hosts) throws IOException {
    server =
        HttpServer.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "test-http",
            AllowedHosts.of(List.of(hosts)),
            limits);
    server.serve(this::handle);
  }

  private HttpResponse handle(HttpRequest request) {
    return switch (request.path()) {
      case "/events" -> HttpResponse.events(opened::add);
      case "/large" -> HttpResponse.text(200, "text/plain", LARGE);
      case "/fails" -> throw new IllegalStateException("deliberate");
      default ->
          HttpResponse.text(
              200,
              "text/plain",
              request.method()
                  + " "
                  + request.segments()
                  + " "
                  + request.query()
                  + " "
                  + new String(request.body(), StandardCharsets.UTF_8));
    };
  }

  private String get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString()).body();
  }

  private java.net.http.HttpRequest.Builder request(String path) {
    return java.net.http.HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(5));
  }

  private Socket connect(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** What the server sends until it closes. */
  private static String all(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return "reset";
    }
  }

  private String raw(String text) throws IOException {
    return all(connect(text));
  }

  private static String get(String path, String... headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\n"
        + String.join("", List.of(headers).stream().map(header -> header + "\r\n").toList())
        + "Connection: close\r\n\r\n";
  }

  @Test
  void shouldPassTheRequestOnAsItIs() throws Exception {
    start(SMALL);

    assertThat(get("/a%2Fb/%25+%3F//../c?x=%20")).isEqualTo("GET [a/b, %+?, .., c] x=%20 ");
    assertThat(
            client
                .send(
                    request("/x").PUT(BodyPublishers.ofString("body")).build(),
                    BodyHandlers.ofString())
                .body())
        .isEqualTo("PUT [x] null body");
  }

  @Test
  void shouldRespondWhileManyRequestsAreNotFinished() throws Exception {
    start(HttpLimits.defaults());
    for (int i = 0; i < 100; i++) {
      connect("GET /ready HTTP/1.1\r\nHost: localhost\r\nX-a: ");
      connect("PUT /ready HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf");
    }

    long startNs = System.nanoTime();
    assertThat(get("/x")).startsWith("GET [x]");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void shouldRespondWhileThereAreMoreConnectionsThanItKeeps() throws Exception {
    start(HttpLimits.defaults().withConnections(20, 5));
    for (int i = 0; i < 60; i++) {
      connect("GET /ready HTTP/1.1\r\nHost: localhost\r\nX-a: ");
    }

    assertThat(get("/x")).startsWith("GET [x]");
    int closed = 0;
    for (Socket socket : sockets) {
      socket.setSoTimeout(10);
      try {
        closed += socket.getInputStream().read() < 0 ? 1 : 0;
      } catch (SocketTimeoutException e) {
        // still open
      } catch (SocketException e) {
        closed++;
      }
    }
    assertThat(closed).isBetween(40, 41);
  }

  @Test
  void shouldRespondWhileClientsDoNotReadTheirResponses() throws Exception {
    start(HttpLimits.defaults());
    for (int i = 0; i < 20; i++) {
      connect(get("/large", "Host: localhost"));
    }

    assertThat(get("/x")).startsWith("GET [x]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /ready HTTP/1.1\r\nHost: localhost\r\nX-a: ",
        "PUT /ready HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf",
        "PUT /ready HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n"
      })
  void shouldCloseARequestThatComesByteByByte(String beginning) throws Exception {
    start(SMALL);
    Socket socket = connect(beginning);
    long startNs = System.nanoTime();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 60; i++) {
                if (!beginning.isEmpty()) {
                  socket.getOutputStream().write('b');
                }
                socket.setSoTimeout(100);
                try {
                  if (socket.getInputStream().read() < 0) {
                    throw new SocketException("closed");
                  }
                } catch (SocketTimeoutException e) {
                  // still open
                }
              }
            })
        .isInstanceOf(SocketException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
  }

  @Test
  void shouldCloseAClientThatDoesNotReadItsResponse() throws Exception {
    start(SMALL);
    Socket socket = connect(get("/large", "Host: localhost"));

    Thread.sleep(4000);

    assertThat(all(socket).length()).isLessThan(LARGE.length());
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:8080, 200",
    "LOCALHOST., 200",
    "127.0.0.1:1, 200",
    "10.1.2.3, 200",
    "[::1]:8080, 200",
    "sidereus.example:80, 200",
    "evil.example, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example, 421",
    "evil-localhost, 421",
    "h, 421"
  })
  void shouldRespondToNamesOfItsOwn(String host, int status) throws Exception {
    start(SMALL, "Sidereus.example");

    assertThat(raw(get("/config", "Host: " + host))).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void shouldRefuseAnotherHostInTheAddressAndAnotherOrigin() throws Exception {
    start(SMALL);

    assertThat(raw(get("http://evil.example/config", "Host: localhost"))).contains(" 400 ");
    assertThat(raw(get("/x", "Host: localhost", "Origin: http://evil.example"))).contains(" 403 ");
    assertThat(raw(get("/x", "Host: localhost:1", "Origin: http://localhost:1"))).contains(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /x HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: localhost\r\nX\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET mailto:x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET ready HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /<script> HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /ready\r\n\r\n",
        "FOO\tBAR /x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\0\0\0\0\r\n\r\n"
      })
  void shouldRefuseWhatIsNotARequest(String text) throws Exception {
    start(SMALL);

    String response = raw(text);

    assertThat(response).containsPattern("\\AHTTP/1.1 (4\\d\\d|505) ");
    assertBounded(response);
    assertThat(get("/x")).startsWith("GET [x]");
  }

  @Test
  void shouldRefuseWhatIsTooLarge() throws Exception {
    start(SMALL);

    assertThat(raw(get("/" + "a".repeat(60_000), "Host: localhost"))).contains(" 414 ");
    assertThat(raw(get("/x", "Host: localhost", "X: " + "y".repeat(20_000)))).contains(" 431 ");
    String chunk = "3e8\r\n" + "a".repeat(1000) + "\r\n";
    assertThat(
            raw(
                "PUT /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunk
                    + chunk
                    + "0\r\n\r\n"))
        .contains(" 413 ");
    assertThat(get("/x")).startsWith("GET [x]");
  }

  @Test
  void shouldAddHeadersThatKeepBrowsersSafeAndSayNothingOfTheServer() throws Exception {
    start(SMALL);

    for (String path : List.of("/x", "/fails", "/%zz")) {
      assertBounded(raw(get(path, "Host: localhost")));
    }
    assertThat(raw(get("/fails", "Host: localhost")))
        .contains(" 500 ")
        .contains("deliberate")
        .doesNotContain("\tat ");
  }

  private static void assertBounded(String response) {
    assertThat(response.toLowerCase(Locale.ROOT))
        .contains("x-content-type-options: nosniff")
        .contains("cache-control: no-store")
        .doesNotContain("server:")
        .doesNotContain("jetty")
        .doesNotContain("<html");
  }

  @Test
  void shouldSendNoBodyForHead() throws Exception {
    start(SMALL);

    String response = raw("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(response)
        .startsWith("HTTP/1.1 200 ")
        .contains("Content-Length: 14")
        .endsWith("\r\n\r\n");
  }

  @Test
  void shouldSendEventsForAsLongAsBothWant() throws Exception {
    start(SMALL);
    Socket socket = connect(get("/events", "Host: localhost"));
    EventStream stream = opened.take();
    CountDownLatch closed = new CountDownLatch(1);
    stream.onClose(closed::countDown);

    for (int i = 0; i < 20_000; i++) {
      assertThat(stream.send("group", "line " + i)).isTrue();
      if (i == 0) {
        // longer than any limit of a request
        Thread.sleep(3_500);
      }
      if (i % 1000 == 0) {
        Thread.sleep(1);
        socket.getInputStream().skip(socket.getInputStream().available());
      }
    }
    assertThat(stream.send("last", "a\nb")).isTrue();
    stream.close();

    assertThat(all(socket)).contains("event: last\ndata: a\ndata: b\n\n");
    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(stream.send("group", "too late")).isFalse();
  }

  @Test
  void shouldCloseAStreamWhoseClientIsGoneOrDoesNotRead() throws Exception {
    start(SMALL);
    Socket gone = connect(get("/events", "Host: localhost"));
    EventStream first = opened.take();
    gone.close();
    connect(get("/events", "Host: localhost"));
    EventStream second = opened.take();
    CountDownLatch closed = new CountDownLatch(2);
    first.onClose(closed::countDown);
    second.onClose(closed::countDown);

    String data = "x".repeat(10_000);
    for (int i = 0; i < 2_000 && (first.isOpen() || second.isOpen()); i++) {
      first.send("event", data);
      second.send("event", data);
      Thread.sleep(1);
    }

    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldBoundTheStreams() throws Exception {
    start(HttpLimits.defaults().withConnections(20, 2));
    connect(get("/events", "Host: localhost"));
    connect(get("/events", "Host: localhost"));
    opened.take();
    EventStream second = opened.take();

    assertThat(raw(get("/events", "Host: localhost"))).contains(" 503 ");
    second.close();
    connect(get("/events", "Host: localhost"));
    assertThat(opened.poll(5, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void shouldFinishAResponseThatIsUnderWayWhenItStops() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    server =
        HttpServer.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "test-http",
            AllowedHosts.of(List.of()),
            HttpLimits.defaults());
    server.serve(
        request -> {
          begun.countDown();
          try {
            Thread.sleep(300);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          handled.incrementAndGet();
          return HttpResponse.text(200, "text/plain", "done");
        });
    Socket socket = connect(get("/x", "Host: localhost"));
    connect("GET /half");
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

    long startNs = System.nanoTime();
    server.close();

    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(4));
    assertThat(all(socket)).endsWith("done");
    assertThat(handled).hasValue(1);
  }

  @Test
  void shouldSayThatAPortIsTaken() throws Exception {
    start(SMALL);

    assertThatThrownBy(
            () ->
                HttpServer.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                    "second",
                    AllowedHosts.of(List.of()),
                    SMALL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("" + server.port());
  }
}
