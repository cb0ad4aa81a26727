package org.sidereus.trainer.training;

/**
 * The end of a training.
 *
 * @param weights averaged weights with the smallest validation loss
 * @param validationLoss their validation loss
 * @param bestStep the step after which they were reached
 * @param seconds wall time of the steps made in this process
 * @param steps steps made in this process
 */
public record Trained(
    float[] weights, double validationLoss, long bestStep, double seconds, long steps) {}
