package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.EmulatorError;
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
      Map<String, EmulatorError> emulatorErrors) {
    List<Observable> result = new ArrayList<>();
    int m = runs.observableCount();
    for (int j = 0; j < observables.size(); j++) {
      float[] values = measured(j, m);
      int tail = (int) (TAIL * (values.length - 1));
      Observable one = observables.get(j);
      // all missing: nothing is known of the range
      Double lower = values.length == 0 ? null : (double) values[tail];
      Double upper = values.length == 0 ? null : (double) values[values.length - 1 - tail];
      result.add(
          one.withError(observation.namedError(j))
              .withRange(lower, upper)
              .withErrorRange(known(observation.lowestError(j)), known(observation.highestError(j)))
              .withEmulatorError(emulatorErrors.get(one.name())));
    }
    return result;
  }

  /** The values of a column that are not missing, sorted. */
  private float[] measured(int column, int columns) {
    float[] values = new float[runs.rows()];
    int count = 0;
    for (int i = 0; i < runs.rows(); i++) {
      float value = runs.observables()[i * columns + column];
      if (!Float.isNaN(value)) {
        values[count++] = value;
      }
    }
    float[] measured = Arrays.copyOf(values, count);
    Arrays.sort(measured);
    return measured;
  }

  private static @Nullable Double known(double error) {
    return Double.isNaN(error) ? null : error;
  }
}
