package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.Optional;

/**
 * The brokers and the commits, as the endpoints and the metrics show them.
 *
 * @param connection the connection
 * @param commits the commits of the stream
 * @param refusals what the brokers refuse
 * @param longestAbsence absence of the brokers after which the service is not ready
 */
public record BrokerStatus(
    BrokerConnection connection, CommitTimes commits, Refusals refusals, Duration longestAbsence) {

  /** Why the brokers keep the service from its work, in one sentence; empty: they do not. */
  public Optional<String> obstacle() {
    Duration age = connection.responseAge();
    return age.compareTo(longestAbsence) > 0
        ? Optional.of("no broker responds for %d s".formatted(age.toSeconds()))
        : refusals.now();
  }
}
