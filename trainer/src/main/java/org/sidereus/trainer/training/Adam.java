package org.sidereus.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The optimiser of Kingma and Ba (2015) over one vector of weights, and an exponential average of
 * the weights along its way (their section 7.2).
 */
final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** In the beginning the average follows the weights faster: it forgets the untrained ones. */
  private static final double AVERAGE_WARM_UP = 10.0;

  private final NDArray weights;
  private final NDArray mean;
  private final NDArray variance;
  private final NDArray average;
  private final double averageDecay;

  /**
   * An optimiser; it changes the given vectors in place.
   *
   * @param weights the weights
   * @param mean first moment of the gradient, zeros in the beginning
   * @param variance second moment of the gradient, zeros in the beginning
   * @param average averaged weights, a copy of the weights in the beginning
   * @param averageDecay share of the average that a step keeps, in [0, 1)
   */
  Adam(NDArray weights, NDArray mean, NDArray variance, NDArray average, double averageDecay) {
    this.weights = weights;
    this.mean = mean;
    this.variance = variance;
    this.average = average;
    this.averageDecay = averageDecay;
  }

  /**
   * One step.
   *
   * @param gradient of the loss; changed
   * @param rate learning rate
   * @param step counted from 0
   * @param clip the gradient is scaled down to this norm where it is longer; 0: never
   * @return norm of the gradient before clipping; where it is not finite, nothing was changed
   */
  double step(NDArray gradient, double rate, long step, double clip) {
    try (NDManager scratch = weights.getManager().newSubManager()) {
      gradient.attach(scratch);
      double norm = Math.sqrt(gradient.square().sum().getFloat());
      if (!Double.isFinite(norm)) {
        return norm;
      }
      if (clip > 0 && norm > clip) {
        gradient.muli(clip / norm);
      }
      mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
      variance.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
      NDArray denominator = variance.sqrt();
      denominator.attach(scratch);
      denominator.muli(1 / Math.sqrt(1 - Math.pow(BETA2, step + 1.0))).addi(EPSILON);
      NDArray change = mean.div(denominator);
      change.attach(scratch);
      weights.subi(change.muli(rate / (1 - Math.pow(BETA1, step + 1.0))));
      double decay = Math.min(averageDecay, (1.0 + step) / (AVERAGE_WARM_UP + step));
      NDArray towards = weights.sub(average);
      towards.attach(scratch);
      average.addi(towards.muli(1 - decay));
      return norm;
    }
  }
}
