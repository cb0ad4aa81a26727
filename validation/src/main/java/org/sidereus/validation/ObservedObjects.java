package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * Mock objects and what a survey makes of them.
 *
 * @param truth parameters and noiseless observables
 * @param rows features of each object [N][F]
 */
record ObservedObjects(TrainingSet truth, List<float[]> rows) {

  /** Observes all objects; seed, purpose and index determine the noise. */
  static ObservedObjects observe(
      TrainingSet truth, ObservationModel survey, RandomStreams streams, String purpose) {
    List<float[]> rows = new ArrayList<>(truth.rows());
    for (int i = 0; i < truth.rows(); i++) {
      float[] row = new float[survey.features().size()];
      survey.observe(
          truth.parameters(),
          i * truth.parameterCount(),
          truth.observables(),
          i * truth.observableCount(),
          streams.at(purpose, i),
          row,
          0);
      rows.add(row);
    }
    return new ObservedObjects(truth, rows);
  }

  /** The true value of parameter d of object i. */
  double truth(int i, int d) {
    return truth.parameters()[i * truth.parameterCount() + d];
  }
}
