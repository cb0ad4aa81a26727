package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.sidereus.schemas.registry.BackgroundRegistry;

/**
 * The settings of the processors.
 *
 * @param bundles bundles that are served; an observation that names none is put to all of them
 * @param retired versions of bundles that are not served any more, but whose groups are published
 * @param observationPartitions number of partitions of the observations
 */
public record StreamRules(
    List<ServedBundle> bundles,
    List<CombinedBundle> retired,
    int observationPartitions,
    EventLimits limits,
    Batches batches,
    PendingLimits pending,
    Windows windows,
    Groups groups) {

  /**
   * Limits of one event.
   *
   * @param maxObservationBytes an event of more bytes is rejected and not decoded
   * @param maxAhead longest time that an observation may be ahead of the clock
   * @param maxRejectedBytes longest original value that fits into a rejection
   */
  public record EventLimits(int maxObservationBytes, Duration maxAhead, int maxRejectedBytes) {}

  /**
   * Batches of observations.
   *
   * @param size observations in a batch, at most; at least 1
   * @param linger longest wait for a batch to fill
   */
  public record Batches(int size, Duration linger) {
    public Batches {
      if (size < 1) {
        throw new IllegalArgumentException("size of batches must be at least 1 but is " + size);
      }
    }
  }

  /**
   * Observations of one partition that wait. With more of them, no more are read of the partition.
   *
   * @param events most observations
   * @param bytes most bytes of them
   * @param registry how long an observation waits for its schema
   */
  public record PendingLimits(int events, long bytes, BackgroundRegistry.Patience registry) {}

  /**
   * Windows of event time.
   *
   * @param size length of a window, at least 1 ms
   * @param grace time after its end in which a window stays open
   * @param idle time without events after which windows close without a partition
   */
  public record Windows(Duration size, Duration grace, Duration idle) {
    public Windows {
      if (size.toMillis() < 1) {
        throw new IllegalArgumentException("size of windows must be at least 1 ms but is " + size);
      }
    }
  }

  /**
   * Posteriors of groups.
   *
   * @param interval time between two posteriors of a group that changes
   * @param share largest share of a thread's time that sums and posteriors take while observations
   *     come, in (0, 1]; 1: no limit
   * @param overlapping surveys whose objects may be in several groups at once
   */
  public record Groups(Duration interval, double share, Set<String> overlapping) {
    public Groups {
      overlapping = Set.copyOf(overlapping);
    }
  }

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
    if (observationPartitions < 1) {
      throw new IllegalArgumentException(
          "observationPartitions must be at least 1 but is " + observationPartitions);
    }
  }

  /** All versions of bundles whose groups can be published. */
  List<CombinedBundle> combined() {
    return Stream.concat(bundles.stream().map(ServedBundle::combined), retired.stream()).toList();
  }
}
