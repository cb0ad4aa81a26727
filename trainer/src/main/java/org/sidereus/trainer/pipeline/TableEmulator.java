package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.check.Truths;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatedObjects;
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
            new OptimiserSettings(steps, 512, 1024, 2e-3, 1e-6, 0.02, 1, 0.999, 20));
    this.seed = seed;
  }

  /**
   * A trained emulator.
   *
   * @param network the emulator
   * @param heldOut rows that did not train it
   * @param errors its errors at these
   * @param training rows, seed and settings, for provenance
   */
  public record Result(
      EmulatorNetwork network,
      Truths heldOut,
      EmulatorErrors errors,
      Map<String, Object> training) {}

  /**
   * Trains.
   *
   * @param manifest names the observables, and has the priors
   * @param table runs without noise
   * @throws SidereusException where there are too few rows
   */
  public Result train(
      Manifest manifest, Truths table, DeviceChoice device, ProgressReporter reporter) {
    if (table.count() < FEWEST_ROWS) {
      throw new SidereusException(
          "%d rows of simulations train no emulator; give at least %d, and some thousands for a good one, or leave out --simulations for a bundle without likelihood"
              .formatted(table.count(), FEWEST_ROWS));
    }
    Truths shuffled = shuffled(table);
    int held = (int) Math.min(MOST_HELD_OUT, HELD_OUT * table.count());
    Truths heldOut = shuffled.between(0, held);
    TrainingSet rest = set(shuffled.between(held, shuffled.count()));
    TrainingSet validation = set(heldOut);
    RandomStreams streams = new RandomStreams(seed);
    try (NDManager manager = TensorEngine.open(device, settings.tensorThreads())) {
      EmulatorTraining.Result result =
          new EmulatorTraining(settings, streams, manager, reporter)
              .run(rest, rest, validation, new Checkpoints(null));
      double[] shifts = errors(manifest, result.network(), rest, streams, manager).means();
      for (int j = 0; j < shifts.length; j++) {
        shifts[j] = -shifts[j];
      }
      // in groups, a mean error would add up
      EmulatorNetwork network = EmulatorTraining.shifted(result.network(), shifts);
      Map<String, Object> training = new LinkedHashMap<>();
      training.put("rows", table.count());
      training.put("held_out_rows", held);
      training.put("seed", seed);
      training.put("settings", StageRecord.map(StageRecord.json(settings)));
      EmulatorErrors errors = errors(manifest, network, validation, streams, manager);
      training.put("errors", StageRecord.map(StageRecord.json(errors)));
      return new Result(network, heldOut, errors, training);
    }
  }

  private static EmulatorErrors errors(
      Manifest manifest,
      EmulatorNetwork network,
      TrainingSet runs,
      RandomStreams streams,
      NDManager manager) {
    Design prior = new Design.FromPrior(manifest.inputPriors());
    try (EmulatedObjects emulated = new EmulatedObjects(network, prior, streams, manager)) {
      return EmulatorErrors.of(manifest.observables(), runs, emulated.observables(runs));
    }
  }

  private Truths shuffled(Truths table) {
    List<double[]> inputs = new ArrayList<>(table.inputs());
    List<double[]> y = new ArrayList<>(table.y());
    Collections.shuffle(inputs, new Random(seed));
    Collections.shuffle(y, new Random(seed)); // the same order
    return new Truths(inputs, y, null);
  }

  static TrainingSet set(Truths rows) {
    return new TrainingSet(rows.count(), flat(rows.inputs()), flat(rows.y()));
  }

  static float[] flat(List<double[]> rows) {
    int width = rows.get(0).length;
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / width)[i % width];
    }
    return values;
  }
}
