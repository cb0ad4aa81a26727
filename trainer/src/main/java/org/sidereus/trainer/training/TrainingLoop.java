package org.sidereus.trainer.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.Locale;
import org.sidereus.engine.Progress;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one vector of weights: batches are made in the background, gradients come from the tensor
 * library, the weights are averaged along the way, and the averaged weights with the smallest
 * validation loss are kept.
 *
 * <p>The batches depend on the seed alone. With the same number of threads of the tensor library,
 * on the same kind of processor, the weights are the same to the last bit, also where the run was
 * interrupted and resumed from a checkpoint.
 */
public final class TrainingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);
  private static final int MAX_FAULTY_STEPS = 20;

  private final String label;
  private final LoopSettings settings;
  private final NDManager manager;
  private final ProgressReporter reporter;

  /**
   * A loop.
   *
   * @param label name of the trained network for messages
   * @param manager of the device on which to train
   */
  public TrainingLoop(
      String label, LoopSettings settings, NDManager manager, ProgressReporter reporter) {
    this.label = label;
    this.settings = settings;
    this.manager = manager;
    this.reporter = reporter;
  }

  /**
   * Runs all steps.
   *
   * @param initial weights to begin with
   * @param checkpoints where the state is kept; a state that is found there is continued
   * @throws SidereusException where the loss stays infinite or not a number
   */
  public Trained run(
      float[] initial,
      Objective objective,
      BatchSource batches,
      Validation validation,
      Checkpoints checkpoints) {
    long start = System.nanoTime();
    try (NDManager own = manager.newSubManager()) {
      TrainingState state = checkpoints.latest().orElseGet(() -> TrainingState.start(initial));
      long firstStep = state.step();
      Run run = new Run(own, state);
      if (firstStep > 0) {
        LOG.info("{}: continued from step {}", label, firstStep);
      }
      try (Prefetcher prefetcher =
              new Prefetcher(batches, settings.sizes(), firstStep, settings.steps());
          Progress progress = reporter.start(label, settings.steps())) {
        progress.advance(firstStep);
        run.all(objective, prefetcher, validation, checkpoints, progress);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SidereusException(label + " was interrupted; --resume continues it", e);
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new Trained(
          run.best, run.bestLoss, run.bestStep, seconds, settings.steps() - firstStep);
    }
  }

  /** The tensors of a run. */
  private final class Run {
    private final NDArray weights;
    private final NDArray mean;
    private final NDArray variance;
    private final NDArray average;
    private final Adam adam;
    private final long firstStep;
    private float[] best;
    private double bestLoss;
    private long bestStep;
    private int faultySteps;

    Run(NDManager own, TrainingState state) {
      weights = own.create(state.weights());
      mean = own.create(state.mean());
      variance = own.create(state.variance());
      average = own.create(state.average());
      adam = new Adam(weights, mean, variance, average, settings.averageDecay());
      firstStep = state.step();
      best = state.best();
      bestLoss = state.bestLoss();
      bestStep = state.bestStep();
    }

    void all(
        Objective objective,
        Prefetcher prefetcher,
        Validation validation,
        Checkpoints checkpoints,
        Progress progress)
        throws InterruptedException {
      double lossSum = 0;
      long sinceLog = 0;
      long rowsSinceLog = 0;
      long logNs = System.nanoTime();
      for (long step = firstStep; step < settings.steps(); step++) {
        Prefetcher.Memory batch = prefetcher.next();
        lossSum += step(step, objective, batch);
        rowsSinceLog += batch.rows();
        sinceLog++;
        prefetcher.release(batch);
        progress.advance(1);
        boolean last = step + 1 == settings.steps();
        if (last || (step + 1) % settings.validationInterval() == 0) {
          long now = System.nanoTime();
          double seconds = (now - logNs) * 1e-9;
          double loss = validation.loss(average);
          keep(loss, step + 1);
          LOG.info(
              "{}",
              String.format(
                  Locale.ROOT,
                  "%s: step %d/%d  loss %.5f  validation %.5f (best %.5f)  rate %.2e"
                      + "  %.1f ms/step  %.0f rows/s",
                  label,
                  step + 1,
                  settings.steps(),
                  lossSum / sinceLog,
                  loss,
                  bestLoss,
                  settings.rate().at(step),
                  1e3 * seconds / sinceLog,
                  rowsSinceLog / seconds));
          lossSum = 0;
          sinceLog = 0;
          rowsSinceLog = 0;
          logNs = System.nanoTime();
        }
        if (!last && checkpoints.isDue(step + 1)) {
          checkpoints.save(state(step + 1));
        }
      }
    }

    private double step(long step, Objective objective, Prefetcher.Memory batch) {
      try (NDManager scratch = manager.newSubManager()) {
        // shares the numbers of the weights, but gradients are collected anew in each step
        NDArray leaf = weights.stopGradient();
        leaf.attach(scratch);
        leaf.setRequiresGradient(true);
        NDArray loss;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          loss = objective.loss(leaf, batch.first(scratch), batch.second(scratch));
          collector.backward(loss);
        }
        double norm =
            adam.step(leaf.getGradient(), settings.rate().at(step), step, settings.clip());
        if (!Double.isFinite(norm) && ++faultySteps > MAX_FAULTY_STEPS) {
          throw new SidereusException(
              label
                  + ": the gradient was not finite in "
                  + faultySteps
                  + " steps, the last is step "
                  + step
                  + "; lower the learning rate");
        }
        return loss.getFloat();
      }
    }

    private void keep(double loss, long step) {
      if (loss < bestLoss) {
        bestLoss = loss;
        bestStep = step;
        best = average.toFloatArray();
      }
    }

    private TrainingState state(long step) {
      return new TrainingState(
          step,
          weights.toFloatArray(),
          mean.toFloatArray(),
          variance.toFloatArray(),
          average.toFloatArray(),
          best,
          bestLoss,
          bestStep);
    }
  }
}
