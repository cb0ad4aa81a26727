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
 * @param times how long it waits
 */
public record HttpLimits(
    int threads, int connections, int streams, int headerBytes, int bodyBytes, HttpTimes times) {

  /** Limits for endpoints that are only read. */
  public static HttpLimits defaults() {
    HttpTimes times =
        new HttpTimes(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1));
    return new HttpLimits(8, 256, 64, 16 * 1024, 64 * 1024, times);
  }

  /** The same with larger or smaller bodies of requests. */
  public HttpLimits withBodyBytes(int bytes) {
    return new HttpLimits(threads, connections, streams, headerBytes, bytes, times);
  }

  /** The same with other numbers of connections and of streams. */
  public HttpLimits withConnections(int most, int mostStreams) {
    return new HttpLimits(threads, most, mostStreams, headerBytes, bodyBytes, times);
  }

  /** The same with other times. */
  public HttpLimits withTimes(HttpTimes others) {
    return new HttpLimits(threads, connections, streams, headerBytes, bodyBytes, others);
  }
}
