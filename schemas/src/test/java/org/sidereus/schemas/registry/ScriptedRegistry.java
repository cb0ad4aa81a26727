package org.sidereus.schemas.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** A server that gives the same response to every request and remembers the requests. */
final class ScriptedRegistry implements AutoCloseable {
  private final HttpServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile int status;
  private volatile String body;
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private volatile Duration betweenBytes = Duration.ZERO;

  private ScriptedRegistry(HttpServer server, int status, String body) {
    this.server = server;
    this.status = status;
    this.body = body;
    server.createContext("/", this::serve);
    server.start();
  }

  static ScriptedRegistry responding(int status, String body) {
    try {
      return new ScriptedRegistry(
          HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0), status, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ScriptedRegistry respondingByTls(SSLContext tls, int status, String body) {
    try {
      HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new ScriptedRegistry(server, status, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void respond(int newStatus, String newBody) {
    status = newStatus;
    body = newBody;
  }

  /** The body of one path; the others stay. */
  void respondAt(String path, String newBody) {
    bodies.put(path, newBody);
  }

  /** Bodies come byte by byte from now on. */
  void respondSlowly(Duration pause) {
    betweenBytes = pause;
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String url() {
    return "http://" + address();
  }

  List<String> requests() {
    return requests;
  }

  List<String> authorizations() {
    return authorizations;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(
          (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + sent).strip());
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] bytes =
          bodies
              .getOrDefault(exchange.getRequestURI().toString(), body)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        write(bytes, exchange.getResponseBody());
      }
    }
  }

  private void write(byte[] bytes, OutputStream out) throws IOException {
    if (betweenBytes.isZero()) {
      out.write(bytes);
      return;
    }
    for (byte one : bytes) {
      out.write(one);
      out.flush();
      try {
        Thread.sleep(betweenBytes.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
