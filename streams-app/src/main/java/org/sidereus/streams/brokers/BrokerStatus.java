package org.sidereus.streams.brokers;

import java.time.Duration;

/**
 * The brokers and the commits, as the endpoints and the metrics show them.
 *
 * @param connection the connection
 * @param commits the commits of the stream
 * @param longestSilence silence of the brokers after which the service is not ready
 */
public record BrokerStatus(
    BrokerConnection connection, CommitTimes commits, Duration longestSilence) {

  /** Whether the brokers have responded within the longest silence. */
  public boolean isReady() {
    return connection.silence().compareTo(longestSilence) <= 0;
  }
}
