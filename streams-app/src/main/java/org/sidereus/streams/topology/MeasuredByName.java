package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.sidereus.engine.inference.MeasuredColumns;
import org.sidereus.engine.inference.MeasuredNames;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.registry.MeasurementColumns;

/**
 * The measurements of observations by name. What depends on the names alone is found once for
 * observations that have the same. Safe for threads.
 */
final class MeasuredByName {
  private static final int SLOTS = 16;

  /** Names that were found last. */
  private final AtomicReferenceArray<MeasuredNames> recent = new AtomicReferenceArray<>(SLOTS);

  /**
   * The measurements of an observation.
   *
   * @param byName without those of a repeated name
   * @param repeated the first name that is measured twice
   */
  record Measured(Map<String, Measurement> byName, Optional<String> repeated) {}

  Measured of(Observation observation) {
    if (observation.getMeasurements() instanceof MeasurementColumns columns) {
      MeasuredNames names = names(columns.names());
      return names.repeated().isPresent()
          ? new Measured(Map.of(), names.repeated())
          : new Measured(
              new MeasuredColumns(names, columns.values(), columns.errors()), Optional.empty());
    }
    Map<String, Measurement> measured = new HashMap<>(2 * observation.getMeasurements().size());
    for (var one : observation.getMeasurements()) {
      if (measured.put(one.getName(), new Measurement(one.getValue(), one.getError())) != null) {
        return new Measured(Map.of(), Optional.of(one.getName()));
      }
    }
    return new Measured(measured, Optional.empty());
  }

  private MeasuredNames names(List<String> list) {
    int slot = Math.floorMod(list.hashCode(), SLOTS);
    MeasuredNames names = recent.get(slot);
    if (names == null || !names.list().equals(list)) {
      names = new MeasuredNames(list);
      recent.set(slot, names);
    }
    return names;
  }
}
