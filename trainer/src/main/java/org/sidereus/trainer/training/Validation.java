package org.sidereus.trainer.training;

import ai.djl.ndarray.NDArray;

/** A measure of the weights on data that is not trained on; smaller is better. */
@FunctionalInterface
public interface Validation {
  /** The loss of the given weights. */
  double loss(NDArray weights);
}
