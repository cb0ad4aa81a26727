package org.sidereus.simulators.sets;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.sidereus.engine.Progress;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParallelChunks;
import org.sidereus.simulators.run.RandomStreams;

/**
 * Fills training sets. Each run has a random generator of its own, so the set depends on the seed
 * alone and not on the number of threads. Parameters are rounded to single precision before the
 * run: what is stored is what was simulated. A run that fails is drawn again.
 */
public final class Simulation {
  private static final int MAX_DRAWS = 10_000;

  private final ForwardModel model;
  private final int threads;
  private final ProgressReporter reporter;
  private final AtomicLong failedRuns = new AtomicLong();

  /**
   * Runs of a model.
   *
   * @param threads number of threads, at least 1
   * @param reporter shows the progress
   */
  public Simulation(ForwardModel model, int threads, ProgressReporter reporter) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    this.model = model;
    this.threads = threads;
    this.reporter = reporter;
  }

  /** Number of runs that have failed so far; all of them were drawn again. */
  public long failedRuns() {
    return failedRuns.get();
  }

  /**
   * Makes a training set.
   *
   * @param design how the parameters are spread
   * @param rows number of runs, at least 1
   * @param streams source of the random numbers
   * @param purpose name of the set; sets of other names have other numbers
   * @throws SidereusException where nearly all draws of a row fail
   */
  public TrainingSet run(Design design, int rows, RandomStreams streams, String purpose) {
    int d = model.inputPriors().size();
    int m = model.observables().size() + model.parts().names().size();
    float[] parameters = new float[Math.multiplyExact(rows, d)];
    float[] observables = new float[Math.multiplyExact(rows, m)];
    try (Progress progress = reporter.start("simulate " + purpose, rows)) {
      new ParallelChunks(rows, threads)
          .run(
              () -> {
                ForwardModel.Runner runner = model.newRunner();
                return (from, to) ->
                    fill(from, to, design, streams, purpose, runner, parameters, observables);
              },
              progress);
    }
    return new TrainingSet(rows, parameters, observables);
  }

  /** Draws and runs the rows of a chunk together; the rows that fail are drawn again together. */
  private void fill(
      int from,
      int to,
      Design design,
      RandomStreams streams,
      String purpose,
      ForwardModel.Runner runner,
      float[] parameters,
      float[] observables) {
    RandomGenerator[] random = new RandomGenerator[to - from];
    int[] open = new int[to - from];
    for (int i = 0; i < open.length; i++) {
      random[i] = streams.at(purpose, from + i);
      open[i] = from + i;
    }
    for (int attempt = 0; attempt < MAX_DRAWS && open.length > 0; attempt++) {
      double[][] inputs = new double[open.length][];
      for (int i = 0; i < open.length; i++) {
        inputs[i] = design.draw(random[open[i] - from]);
        for (int k = 0; k < inputs[i].length; k++) {
          parameters[open[i] * inputs[i].length + k] = (float) inputs[i][k];
          inputs[i][k] = (float) inputs[i][k];
        }
      }
      SimulationResult[] results = runner.runAll(inputs);
      int left = 0;
      for (int i = 0; i < results.length; i++) {
        if (results[i] instanceof SimulationResult.Observables result) {
          double[] y = result.y();
          for (int j = 0; j < y.length; j++) {
            observables[open[i] * y.length + j] = (float) y[j];
          }
        } else {
          open[left++] = open[i];
        }
      }
      failedRuns.addAndGet(left);
      open = Arrays.copyOf(open, left);
    }
    if (open.length > 0) {
      throw new SidereusException(
          MAX_DRAWS
              + " draws in a row failed in the model "
              + model.name()
              + " ("
              + design.description()
              + "); choose a narrower design");
    }
  }
}
