package org.sidereus.http;

import java.time.Duration;

/**
 * What one server takes at most.
 *
 * @param threads that handle requests
 * @param connections at a time; a further one ends the one that has waited for a request longest
 * @param streams of server-sent events at a time; a further one gets status 503
 * @param headerBytes size of a request without its body, bytes
 * @param bodyBytes size of a request's body, bytes
 * @param requestTime from the first byte of a request, or from the opening of its connection, to
 *     its last
 * @param idleTime of a connection that waits for its next request
 * @param responseTime from the last byte of a request to that of its response, apart from streams
 * @param stopTime how long a stop waits for responses under way
 */
public record HttpLimits(
    int threads,
    int connections,
    int streams,
    int headerBytes,
    int bodyBytes,
    Duration requestTime,
    Duration idleTime,
    Duration responseTime,
    Duration stopTime) {

  /** Limits for endpoints that are only read. */
  public static HttpLimits defaults() {
    return new HttpLimits(
        8,
        256,
        64,
        16 * 1024,
        64 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1));
  }

  /** The same with larger or smaller bodies of requests. */
  public HttpLimits withBodyBytes(int bytes) {
    return new HttpLimits(
        threads,
        connections,
        streams,
        headerBytes,
        bytes,
        requestTime,
        idleTime,
        responseTime,
        stopTime);
  }

  /** The same with other numbers of connections and of streams. */
  public HttpLimits withConnections(int most, int mostStreams) {
    return new HttpLimits(
        threads,
        most,
        mostStreams,
        headerBytes,
        bodyBytes,
        requestTime,
        idleTime,
        responseTime,
        stopTime);
  }

  /** The same with other times. */
  public HttpLimits withTimes(Duration request, Duration idle, Duration response) {
    return new HttpLimits(
        threads, connections, streams, headerBytes, bodyBytes, request, idle, response, stopTime);
  }
}
