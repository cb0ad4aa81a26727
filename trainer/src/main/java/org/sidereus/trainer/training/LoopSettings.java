package org.sidereus.trainer.training;

/**
 * How a training runs.
 *
 * @param rate learning rate and number of steps
 * @param sizes batch sizes
 * @param clip largest norm of the gradient; 0: not limited
 * @param averageDecay share of the averaged weights that a step keeps, in [0, 1)
 * @param validationInterval steps between two validations
 */
public record LoopSettings(
    LearningRate rate,
    BatchSizes sizes,
    double clip,
    double averageDecay,
    long validationInterval) {
  public LoopSettings {
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException("averageDecay must be in [0, 1) but is " + averageDecay);
    }
    if (validationInterval < 1) {
      throw new IllegalArgumentException(
          "validationInterval must be at least 1 but is " + validationInterval);
    }
  }

  /** Steps of the whole run. */
  public long steps() {
    return rate.steps();
  }
}
