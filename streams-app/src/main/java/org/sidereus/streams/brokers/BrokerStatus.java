package org.sidereus.streams.brokers;

import java.time.Duration;

/**
 * The brokers and the commits, as the endpoints and the metrics show them.
 *
 * @param connection the connection
 * @param commits the commits of the stream
 * @param longestAbsence absence of the brokers after which the service is not ready
 */
public record BrokerStatus(
    BrokerConnection connection, CommitTimes commits, Duration longestAbsence) {

  /** Whether the brokers have responded within the longest absence. */
  public boolean isReady() {
    return connection.responseAge().compareTo(longestAbsence) <= 0;
  }
}
