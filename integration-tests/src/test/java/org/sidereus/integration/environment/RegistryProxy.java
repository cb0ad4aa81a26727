package org.sidereus.integration.environment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** A server in front of a registry, which may respond in its place. */
final class RegistryProxy implements AutoCloseable {
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);
  private final HttpClient behind = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Interception interception;

  /** A response in place of the registry's; the text is JSON. */
  record Response(int status, String text) {}

  interface Interception {
    /** What is responded in place of the registry; empty: the registry responds. */
    Optional<Response> response(HttpExchange exchange) throws InterruptedException;
  }

  /**
   * Starts the server.
   *
   * @param server without a context, not started
   */
  RegistryProxy(HttpServer server, Interception interception) {
    this.server = server;
    this.interception = interception;
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Its port. */
  int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<Response> own = interception.response(exchange);
      if (own.isPresent()) {
        respond(exchange, own.get().status(), own.get().text().getBytes(StandardCharsets.UTF_8));
        return;
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(registry.url() + exchange.getRequestURI()))
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
