package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the processors go by.
 *
 * @param bundles bundles that answer; an observation that names none is put to all of them
 * @param retired versions of bundles that answer no more, but whose groups are still published
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
 * @param groupsInterval time between two posteriors of a group that goes on changing
 */
public record StreamRules(
    List<ServedBundle> bundles,
    List<CombinedBundle> retired,
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
    retired = List.copyOf(retired);
    if (bundles.isEmpty()) {
      throw new IllegalArgumentException("bundles must not be empty");
    }
    long names = bundles.stream().map(ServedBundle::name).distinct().count();
    if (names != bundles.size()) {
      throw new IllegalArgumentException(
          "two of the bundles have the same name: "
              + bundles.stream().map(ServedBundle::name).toList());
    }
    for (CombinedBundle old : retired) {
      if (bundles.stream()
          .anyMatch(b -> b.name().equals(old.name()) && b.version().equals(old.version()))) {
        throw new IllegalArgumentException(
            "bundle '%s' version %s is both served and retired"
                .formatted(old.name(), old.version()));
      }
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

  /** All versions of bundles whose groups can be published. */
  List<CombinedBundle> combined() {
    return Stream.concat(bundles.stream().map(ServedBundle::combined), retired.stream()).toList();
  }
}
