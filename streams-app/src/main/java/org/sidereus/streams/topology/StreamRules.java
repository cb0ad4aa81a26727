package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.List;

/**
 * What the processors go by.
 *
 * @param bundles bundles that answer; an observation that names none is put to all of them
 * @param sources number of partitions of the observations
 * @param maxObservationBytes size above which an event is rejected unread
 * @param maxAhead how far the time of an observation may be ahead of the clock
 * @param maxRejectedBytes longest original value that fits into a rejection
 * @param batchSize observations in a batch, at most
 * @param batchLinger longest wait for a batch to fill
 * @param maxPending most observations of a partition that wait for an absent registry
 * @param maxPendingBytes most bytes of them
 * @param registryPatience how long a partition with that many waits before its thread gives up its
 *     transaction and begins anew; less than the transaction timeout
 * @param windowSize length of the windows of event time
 * @param windowGrace how long after its end a window stays open
 * @param windowIdle silence after which a partition is no longer waited for
 * @param groupsInterval shortest time between two posteriors of a group
 */
public record StreamRules(
    List<ServedBundle> bundles,
    int sources,
    int maxObservationBytes,
    Duration maxAhead,
    int maxRejectedBytes,
    int batchSize,
    Duration batchLinger,
    int maxPending,
    long maxPendingBytes,
    Duration registryPatience,
    Duration windowSize,
    Duration windowGrace,
    Duration windowIdle,
    Duration groupsInterval) {

  public StreamRules {
    bundles = List.copyOf(bundles);
    if (bundles.isEmpty()) {
      throw new IllegalArgumentException("bundles must not be empty");
    }
    long names = bundles.stream().map(ServedBundle::name).distinct().count();
    if (names != bundles.size()) {
      throw new IllegalArgumentException(
          "two of the bundles have the same name: "
              + bundles.stream().map(ServedBundle::name).toList());
    }
    if (sources < 1) {
      throw new IllegalArgumentException("sources must be at least 1 but is " + sources);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1 but is " + batchSize);
    }
    if (windowSize.toMillis() < 1) {
      throw new IllegalArgumentException("windowSize must be at least 1 ms but is " + windowSize);
    }
  }
}
