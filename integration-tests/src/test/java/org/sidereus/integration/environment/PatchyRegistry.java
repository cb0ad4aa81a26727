package org.sidereus.integration.environment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** A registry that fails for the schema ids of the tester's choice. */
public final class PatchyRegistry implements AutoCloseable {
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);
  private final HttpClient behind = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final HttpServer server;
  private volatile long delayMs;

  private PatchyRegistry(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Starts a registry that works. */
  public static PatchyRegistry start() {
    try {
      return new PatchyRegistry(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its address. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Responds to requests for a schema with an HTTP status from now on. */
  public void fail(int schemaId, int status) {
    statuses.put(schemaId, status);
  }

  /** Responds as it should again. */
  public void recover() {
    statuses.clear();
    delayMs = 0;
  }

  /** Takes its time for every response. */
  public void delay(long ms) {
    delayMs = ms;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Thread.sleep(delayMs);
      String path = exchange.getRequestURI().toString();
      for (Map.Entry<Integer, Integer> one : statuses.entrySet()) {
        if (path.equals("/schemas/ids/" + one.getKey())) {
          int status = one.getValue();
          int code = status == 404 ? 40403 : 100 * status + 1;
          respond(
              exchange,
              status,
              "{\"error_code\":%d,\"message\":\"not now\"}"
                  .formatted(code)
                  .getBytes(StandardCharsets.UTF_8));
          return;
        }
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(registry.url() + path))
              .method(
                  exchange.getRequestMethod(),
                  BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
              .header("Content-Type", "application/json")
              .build();
      HttpResponse<byte[]> response = behind.send(request, BodyHandlers.ofByteArray());
      respond(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    registry.close();
  }
}
