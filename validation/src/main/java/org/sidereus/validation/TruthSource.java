package org.sidereus.validation;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.simulators.sets.TrainingSet;

/** Where noiseless mock objects come from. */
sealed interface TruthSource {

  /** Text for reports. */
  String description();

  /** Draws objects; the arguments alone determine them. */
  TrainingSet draw(Design design, int rows, RandomStreams streams, String purpose);

  /** Fresh runs of the simulator; void runs are drawn again. */
  record Simulator(ForwardModel model, int threads, ProgressReporter reporter)
      implements TruthSource {
    @Override
    public String description() {
      return "simulator " + model.name();
    }

    @Override
    public TrainingSet draw(Design design, int rows, RandomStreams streams, String purpose) {
      return new Simulation(model, threads, reporter).run(design, rows, streams, purpose);
    }
  }

  /** The bundle's own emulator: its errors are then not part of what is validated. */
  record Emulator(EmulatorEngine engine, int inputs) implements TruthSource {
    private static final int PIECE = 4096;

    @Override
    public String description() {
      return "emulator of the bundle";
    }

    @Override
    public TrainingSet draw(Design design, int rows, RandomStreams streams, String purpose) {
      float[] theta = new float[rows * inputs];
      for (int row = 0; row < rows; row++) {
        RandomGenerator random = streams.at(purpose, row);
        double[] draw = design.draw(random);
        for (int d = 0; d < inputs; d++) {
          theta[row * inputs + d] = (float) draw[d];
        }
      }
      float[] all = new float[0];
      for (int from = 0; from < rows; from += PIECE) {
        int to = Math.min(rows, from + PIECE);
        float[] y = engine.predict(Arrays.copyOfRange(theta, from * inputs, to * inputs));
        int m = y.length / (to - from);
        all = from == 0 ? new float[rows * m] : all;
        System.arraycopy(y, 0, all, from * m, y.length);
      }
      return new TrainingSet(rows, theta, all);
    }
  }
}
