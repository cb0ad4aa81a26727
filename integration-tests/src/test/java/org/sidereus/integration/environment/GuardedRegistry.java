package org.sidereus.integration.environment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry that requires TLS and a password. */
public final class GuardedRegistry implements AutoCloseable {
  private final AtomicInteger refused = new AtomicInteger();
  private final String authorization;
  private final RegistryProxy proxy;

  private GuardedRegistry(String userInfo, HttpsServer server) {
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    this.proxy = new RegistryProxy(server, this::refusal);
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
    return "https://127.0.0.1:" + proxy.port();
  }

  /** Number of requests without the right password. */
  public int refused() {
    return refused.get();
  }

  private Optional<RegistryProxy.Response> refusal(HttpExchange exchange) {
    if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return Optional.empty();
    }
    refused.incrementAndGet();
    return Optional.of(
        new RegistryProxy.Response(
            401, "{\"error_code\":401,\"message\":\"the password is wrong\"}"));
  }

  @Override
  public void close() {
    proxy.close();
  }
}
