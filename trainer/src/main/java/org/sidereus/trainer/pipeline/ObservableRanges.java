package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * The ranges of values and errors of each observable that a training covers, with its emulator's
 * error.
 */
final class ObservableRanges {
  /** Share of the runs that lies below the range, and above it. */
  private static final double TAIL = 1e-4;

  private final TrainingSet runs;

  /**
   * Ranges.
   *
   * @param runs runs of the simulator with parameters from the prior
   */
  ObservableRanges(TrainingSet runs) {
    this.runs = runs;
  }

  /**
   * The observables with their ranges.
   *
   * @param observables those of the training set, in its order
   * @param observation how they are measured
   * @param emulatorErrors errors of the emulator that objects of a group have in common, by name;
   *     may be empty
   */
  List<Observable> of(
      List<Observable> observables,
      ObservationModel observation,
      Map<String, Double> emulatorErrors) {
    List<Observable> result = new ArrayList<>();
    int m = runs.observableCount();
    float[] values = new float[runs.rows()];
    for (int j = 0; j < observables.size(); j++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = runs.observables()[i * m + j];
      }
      Arrays.sort(values);
      int tail = (int) (TAIL * (values.length - 1));
      Observable one = observables.get(j);
      double lower = values[tail];
      double upper = values[values.length - 1 - tail];
      result.add(
          new Observable(
              one.name(),
              one.unit(),
              observation.defaultError(j),
              lower,
              upper,
              observation.lowestError(j),
              observation.highestError(j),
              emulatorErrors.get(one.name()),
              one.noise()));
    }
    return result;
  }
}
