package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatedObjects;
import org.sidereus.trainer.batches.Shuffle;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.recipe.EmulatorSettings;
import org.sidereus.trainer.recipe.OptimiserSettings;
import org.sidereus.trainer.training.Checkpoints;

/** The emulator of a model of which there is only a table of runs. */
public final class TableEmulator {
  private static final int FEWEST_ROWS = 200;

  /** Share of the rows that does not train. */
  private static final double HELD_OUT = 0.1;

  private static final int MOST_HELD_OUT = 10_000;

  private final EmulatorSettings settings;
  private final long seed;

  /**
   * An emulator.
   *
   * @param steps of the training
   * @param threads of the tensor library; a setting, because sums depend on it
   * @param seed of all draws
   */
  public TableEmulator(long steps, int threads, long seed) {
    settings =
        new EmulatorSettings(
            List.of(128, 128, 128),
            Activation.SILU,
            0,
            threads,
            OptimiserSettings.ofSteps(steps)
                .batches(512, 1024)
                .rates(2e-3, 1e-6)
                .warmUp(0.02)
                .clip(1)
                .averageDecay(0.999)
                .validations(20)
                .build());
    this.seed = seed;
  }

  /**
   * A trained emulator.
   *
   * @param network the emulator
   * @param heldOut runs that did not train it
   * @param errors its errors at these
   * @param training rows, seed and settings, for provenance
   */
  record Result(
      EmulatorNetwork network,
      TrainingSet heldOut,
      EmulatorErrors errors,
      Map<String, Object> training) {}

  /**
   * Trains.
   *
   * @param runs without noise, drawn from the prior
   * @throws SidereusException where there are too few
   */
  Result train(
      ForwardModel model, TrainingSet runs, DeviceChoice device, ProgressReporter reporter) {
    if (runs.rows() < FEWEST_ROWS) {
      throw new SidereusException(
          "%d rows of simulations train no emulator; give at least %d, and some thousands for a good one, or leave out --simulations for a bundle without likelihood"
              .formatted(runs.rows(), FEWEST_ROWS));
    }
    RandomStreams streams = new RandomStreams(seed);
    Shuffle order = new Shuffle(runs.rows(), streams, "held-out runs");
    int held = (int) Math.min(MOST_HELD_OUT, HELD_OUT * runs.rows());
    TrainingSet heldOut = rows(runs, order, 0, held);
    TrainingSet rest = rows(runs, order, held, runs.rows());
    Design prior = new Design.FromPrior(model.inputPriors());
    try (NDManager manager = TensorEngine.open(device, settings.tensorThreads())) {
      EmulatorNetwork trained =
          new EmulatorTraining(settings, model, streams, manager, reporter)
              .run(rest, rest, heldOut, new Checkpoints(null))
              .network();
      EmulatorNetwork network;
      try (EmulatedObjects emulated = new EmulatedObjects(trained, prior, streams, manager)) {
        network = unbiased(trained, errors(model, rest, emulated));
      }
      try (EmulatedObjects emulated = new EmulatedObjects(network, prior, streams, manager)) {
        EmulatorErrors errors = errors(model, heldOut, emulated);
        Map<String, Object> training = new LinkedHashMap<>();
        training.put("rows", runs.rows());
        training.put("held_out_rows", held);
        training.put("seed", seed);
        training.put("settings", StageRecord.map(StageRecord.json(settings)));
        training.put("errors", StageRecord.map(StageRecord.json(errors)));
        return new Result(network, heldOut, errors, training);
      }
    }
  }

  private static EmulatorErrors errors(
      ForwardModel model, TrainingSet runs, EmulatedObjects emulated) {
    return EmulatorErrors.of(
        model.observables(), model.parameters(), runs, emulated.observables(runs));
  }

  /** In groups, a mean error would add up. */
  private static EmulatorNetwork unbiased(EmulatorNetwork network, EmulatorErrors errors) {
    double[] shifts = Arrays.stream(errors.means()).map(mean -> -mean).toArray();
    return EmulatorTraining.shifted(network, shifts);
  }

  private static TrainingSet rows(TrainingSet runs, Shuffle order, int from, int to) {
    int d = runs.parameterCount();
    int m = runs.observableCount();
    float[] parameters = new float[(to - from) * d];
    float[] observables = new float[(to - from) * m];
    for (int i = 0; i < to - from; i++) {
      int row = order.row(from + i);
      System.arraycopy(runs.parameters(), row * d, parameters, i * d, d);
      System.arraycopy(runs.observables(), row * m, observables, i * m, m);
    }
    return new TrainingSet(to - from, parameters, observables);
  }
}
