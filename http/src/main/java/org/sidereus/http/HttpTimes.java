package org.sidereus.http;

import java.time.Duration;

/**
 * How long one server waits at most.
 *
 * @param request from the first byte of a request, or from the opening of its connection, to its
 *     last
 * @param idle of a connection that waits for its next request
 * @param response from the last byte of a request to that of its response, apart from streams
 * @param stop how long a stop waits for responses under way
 */
public record HttpTimes(Duration request, Duration idle, Duration response, Duration stop) {}
