package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The HTTP endpoints of one instance. */
public final class Endpoint {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final String root;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Endpoints at an address.
   *
   * @param root for example {@code http://127.0.0.1:8080}
   */
  public Endpoint(String root) {
    this.root = root;
  }

  public String root() {
    return root;
  }

  /** The page of metrics. */
  public Metrics metrics() {
    HttpResponse<String> response = get("/metrics");
    if (response.statusCode() != 200) {
      throw new AssertionError("/metrics responds with " + response.statusCode());
    }
    return Metrics.parse(response.body());
  }

  /** The response to a path. */
  public HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  /** The response to a path by any method. */
  public HttpResponse<String> send(String method, String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(root + path))
              .timeout(TIMEOUT)
              .method(method, BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
