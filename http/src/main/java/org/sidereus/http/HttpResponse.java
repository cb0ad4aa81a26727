package org.sidereus.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent for a request. The server adds what all responses have: {@code Cache-Control:
 * no-store} and {@code X-Content-Type-Options: nosniff}, and leaves the body away for {@code HEAD}.
 */
public sealed interface HttpResponse {
  /**
   * A response whose body is known.
   *
   * @param status of HTTP
   * @param headers among them the type of the content
   */
  record Whole(int status, Map<String, String> headers, byte[] body) implements HttpResponse {
    /** The same with one more header. */
    public Whole with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Whole(status, more, body);
    }
  }

  /**
   * Server-sent events, until one of both sides closes.
   *
   * @param source is told the stream once, on a thread of the server, and returns at once
   */
  record Events(EventSource source) implements HttpResponse {}

  /** Sends events. */
  @FunctionalInterface
  interface EventSource {
    /** Receives the stream of a client that has connected. It keeps it, and does not wait. */
    void open(EventStream stream);
  }

  /** A response of bytes. */
  static Whole bytes(int status, String type, byte[] body) {
    return new Whole(status, Map.of("Content-Type", type), body);
  }

  /** A response of text in UTF-8. */
  static Whole text(int status, String type, String body) {
    return bytes(status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A response of server-sent events. */
  static Events events(EventSource source) {
    return new Events(source);
  }
}
