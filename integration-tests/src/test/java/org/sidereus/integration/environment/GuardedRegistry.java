package org.sidereus.integration.environment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
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
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** A registry that requires TLS and a password. */
public final class GuardedRegistry implements AutoCloseable {
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);
  private final HttpClient behind = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger refused = new AtomicInteger();
  private final String authorization;
  private final HttpsServer server;

  private GuardedRegistry(String userInfo, HttpsServer server) {
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /**
   * Starts a registry.
   *
   * @param userInfo {@code name:password}
   */
  public static GuardedRegistry start(Certificates certificates, String userInfo) {
    try {
      HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(certificates.ofServer()));
      return new GuardedRegistry(userInfo, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its address. */
  public String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Number of requests without the right password. */
  public int refused() {
    return refused.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        refused.incrementAndGet();
        respond(
            exchange, 401, "{\"error_code\":401,\"message\":\"the password is wrong\"}".getBytes());
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
