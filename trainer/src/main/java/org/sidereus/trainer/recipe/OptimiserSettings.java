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

  /** Settings with a constant batch and rate, nothing limited or averaged, and one validation. */
  public static Builder ofSteps(long steps) {
    return new Builder(steps);
  }

  /** These settings, to be changed. */
  public Builder toBuilder() {
    return ofSteps(steps)
        .batches(firstBatch, lastBatch)
        .rates(rate, lastRate)
        .warmUp(warmUp)
        .clip(clip)
        .averageDecay(averageDecay)
        .validations(validations);
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

  /** Settings by name; sizes of batches and rates must be given. */
  public static final class Builder {
    private long steps;
    private int firstBatch;
    private int lastBatch;
    private double rate;
    private double lastRate;
    private double warmUp;
    private double clip;
    private double averageDecay;
    private int validations = 1;

    private Builder(long steps) {
      this.steps = steps;
    }

    public Builder steps(long number) {
      steps = number;
      return this;
    }

    /** Rows of a batch in the beginning and in the end. */
    public Builder batches(int first, int last) {
      firstBatch = first;
      lastBatch = last;
      return this;
    }

    /** The largest learning rate, and that of the last step. */
    public Builder rates(double largest, double last) {
      rate = largest;
      lastRate = last;
      return this;
    }

    public Builder warmUp(double share) {
      warmUp = share;
      return this;
    }

    public Builder clip(double largestNorm) {
      clip = largestNorm;
      return this;
    }

    public Builder averageDecay(double share) {
      averageDecay = share;
      return this;
    }

    public Builder validations(int number) {
      validations = number;
      return this;
    }

    /**
     * @throws SidereusException if a training cannot be done by these settings
     */
    public OptimiserSettings build() {
      return new OptimiserSettings(
          steps, firstBatch, lastBatch, rate, lastRate, warmUp, clip, averageDecay, validations);
    }
  }
}
