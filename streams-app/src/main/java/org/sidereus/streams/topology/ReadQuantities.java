package org.sidereus.streams.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.registry.MeasurementColumns;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The quantities that the bundles read. A measurement of another name has no effect; it may be
 * misspelled, so it is counted. For one thread.
 */
final class ReadQuantities {
  private final Set<String> names;
  private final SortedSet<String> sorted = new TreeSet<>();
  private final StreamMeters meters;

  /** The names of the last observation, and those of them that no bundle reads. */
  private List<String> last = List.of();

  private List<String> lastUnread = List.of();

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
    if (observation.getMeasurements() instanceof MeasurementColumns columns) {
      if (!columns.names().equals(last)) {
        last = columns.names();
        lastUnread = last.stream().filter(name -> !names.contains(name)).toList();
      }
      lastUnread.forEach(name -> meters.unread(name, sorted));
      return;
    }
    for (var one : observation.getMeasurements()) {
      if (!names.contains(one.getName())) {
        meters.unread(one.getName(), sorted);
      }
    }
  }
}
