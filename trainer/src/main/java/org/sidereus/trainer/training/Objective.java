package org.sidereus.trainer.training;

import ai.djl.ndarray.NDArray;

/** What a training makes small. */
@FunctionalInterface
public interface Objective {
  /**
   * The mean loss of a batch, differentiable in the weights.
   *
   * @param weights vector of the weights
   * @param first first matrix of the batch
   * @param second second matrix of the batch
   * @return scalar, attached to the manager of {@code first}
   */
  NDArray loss(NDArray weights, NDArray first, NDArray second);
}
