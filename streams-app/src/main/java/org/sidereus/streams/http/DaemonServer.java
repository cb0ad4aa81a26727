package org.sidereus.streams.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server with a few daemon threads. They do not keep the process alive. */
public final class DaemonServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  private DaemonServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Takes a port; responds to nothing before {@link #serve}.
   *
   * @param address where to listen; port 0: any free one
   * @param name of the threads
   * @throws IOException if the port is taken
   */
  public static DaemonServer listen(InetSocketAddress address, String name, int threads)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    return new DaemonServer(server, executor);
  }

  /** Starts to handle requests. Call it once. */
  public void serve(HttpHandler handler) {
    server.createContext("/", handler);
    server.start();
  }

  /** Responds to a request; a response to HEAD has no body. */
  public static void respond(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
    if (!isHead) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Port on which it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
