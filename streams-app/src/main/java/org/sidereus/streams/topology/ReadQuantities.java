package org.sidereus.streams.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The quantities that the bundles read. A measurement of another name has no effect; it may be
 * misspelled, so it is counted.
 */
final class ReadQuantities {
  private final Set<String> names;
  private final SortedSet<String> sorted = new TreeSet<>();
  private final StreamMeters meters;

  ReadQuantities(List<ServedBundle> bundles, StreamMeters meters) {
    this.meters = meters;
    for (ServedBundle bundle : bundles) {
      bundle.manifest().observables().stream().map(Observable::name).forEach(sorted::add);
      bundle.manifest().features().stream().map(Feature::of).forEach(sorted::add);
    }
    names = new HashSet<>(sorted);
  }

  /** Counts the measurements that no bundle reads. */
  void check(Observation observation) {
    for (var one : observation.getMeasurements()) {
      if (!names.contains(one.getName())) {
        meters.unread(one.getName(), sorted);
      }
    }
  }
}
