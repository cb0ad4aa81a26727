package org.sidereus.streams.topology;

import java.util.List;
import java.util.Set;
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
  private final Set<String> names = new TreeSet<>();
  private final StreamMeters meters;

  ReadQuantities(List<ServedBundle> bundles, StreamMeters meters) {
    this.meters = meters;
    for (ServedBundle bundle : bundles) {
      bundle.manifest().observables().stream().map(Observable::name).forEach(names::add);
      bundle.manifest().features().stream().map(Feature::of).forEach(names::add);
    }
  }

  /** Counts the measurements that no bundle reads. */
  void check(Observation observation) {
    for (var one : observation.getMeasurements()) {
      if (!names.contains(one.getName())) {
        meters.unread(one.getName(), names);
      }
    }
  }
}
