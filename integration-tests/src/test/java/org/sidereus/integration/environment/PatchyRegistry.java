package org.sidereus.integration.environment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A registry that fails for the schema ids of the tester's choice. */
public final class PatchyRegistry implements AutoCloseable {
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final RegistryProxy proxy;
  private volatile long delayMs;

  private PatchyRegistry(HttpServer server) {
    this.proxy = new RegistryProxy(server, this::failure);
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
    return "http://127.0.0.1:" + proxy.port();
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

  private Optional<RegistryProxy.Response> failure(HttpExchange exchange)
      throws InterruptedException {
    Thread.sleep(delayMs);
    String path = exchange.getRequestURI().toString();
    for (Map.Entry<Integer, Integer> one : statuses.entrySet()) {
      if (path.equals("/schemas/ids/" + one.getKey())) {
        int status = one.getValue();
        int code = status == 404 ? 40403 : 100 * status + 1;
        return Optional.of(
            new RegistryProxy.Response(
                status, "{\"error_code\":%d,\"message\":\"not now\"}".formatted(code)));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
