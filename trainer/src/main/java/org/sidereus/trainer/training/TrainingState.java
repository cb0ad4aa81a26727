package org.sidereus.trainer.training;

/**
 * Everything that the next step of a training depends on, besides its settings and its batches.
 *
 * @param step number of finished steps
 * @param weights weights
 * @param mean first moment of the gradient
 * @param variance second moment of the gradient
 * @param average averaged weights
 * @param best averaged weights with the smallest validation loss
 * @param bestLoss that loss
 * @param bestStep finished steps when they were reached
 */
record TrainingState(
    long step,
    float[] weights,
    float[] mean,
    float[] variance,
    float[] average,
    float[] best,
    double bestLoss,
    long bestStep) {

  /** Before the first step. */
  static TrainingState start(float[] initial) {
    float[] zeros = new float[initial.length];
    return new TrainingState(
        0, initial, zeros, zeros, initial, initial, Double.POSITIVE_INFINITY, 0);
  }
}
