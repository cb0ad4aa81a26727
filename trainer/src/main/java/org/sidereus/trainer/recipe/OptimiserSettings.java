package org.sidereus.trainer.recipe;

import org.sidereus.engine.SidereusException;
import org.sidereus.trainer.training.BatchSizes;
import org.sidereus.trainer.training.LearningRate;
import org.sidereus.trainer.training.LoopSettings;

/**
 * How a network is trained.
 *
 * @param steps number of steps
 * @param firstBatch rows of a batch in the beginning
 * @param lastBatch rows of a batch in the end, {@code firstBatch} times a power of 2
 * @param rate largest learning rate
 * @param lastRate learning rate of the last step
 * @param warmUp share of the steps in which the learning rate rises
 * @param clip largest norm of the gradient; 0: not limited
 * @param averageDecay share of the averaged weights that a step keeps
 * @param validations number of validations
 */
public record OptimiserSettings(
    long steps,
    int firstBatch,
    int lastBatch,
    double rate,
    double lastRate,
    double warmUp,
    double clip,
    double averageDecay,
    int validations) {
  public OptimiserSettings {
    try {
      new BatchSizes(firstBatch, lastBatch, steps);
      new LearningRate(rate, lastRate, Math.round(warmUp * steps), steps);
      requireIn("average_decay", averageDecay, averageDecay >= 0 && averageDecay < 1);
      requireIn("clip", clip, clip >= 0);
      requireIn("validations", validations, validations >= 1);
    } catch (IllegalArgumentException e) {
      throw new SidereusException("a training cannot be done as asked: " + e.getMessage(), e);
    }
  }

  private static void requireIn(String key, double value, boolean inRange) {
    if (!inRange) {
      throw new IllegalArgumentException(key + " is out of range: " + value);
    }
  }

  /** The settings of the loop. */
  public LoopSettings loop() {
    return new LoopSettings(
        new LearningRate(rate, lastRate, Math.round(warmUp * steps), steps),
        sizes(),
        clip,
        averageDecay,
        Math.max(1, steps / validations));
  }

  /** The sizes of the batches. */
  public BatchSizes sizes() {
    return new BatchSizes(firstBatch, lastBatch, steps);
  }
}
