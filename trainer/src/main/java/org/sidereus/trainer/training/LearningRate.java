package org.sidereus.trainer.training;

/**
 * Learning rate over a run: a linear rise, then half a cosine down.
 *
 * @param peak rate after the rise
 * @param last rate of the last step
 * @param warmUpSteps steps of the rise
 * @param steps steps of the whole run
 */
public record LearningRate(double peak, double last, long warmUpSteps, long steps) {
  public LearningRate {
    if (!(peak > 0) || !(last > 0) || last > peak) {
      throw new IllegalArgumentException(
          "the learning rate must fall from a positive peak but goes from " + peak + " to " + last);
    }
    if (warmUpSteps < 0 || steps < 1) {
      throw new IllegalArgumentException(
          "steps must be positive but are " + warmUpSteps + " of " + steps);
    }
  }

  /** The rate of a step, counted from 0. */
  public double at(long step) {
    if (step < warmUpSteps) {
      return peak * (step + 1.0) / warmUpSteps;
    }
    double share = (step - warmUpSteps) / Math.max(1.0, steps - 1.0 - warmUpSteps);
    return last + (peak - last) * 0.5 * (1.0 + Math.cos(Math.PI * Math.min(1.0, share)));
  }
}
