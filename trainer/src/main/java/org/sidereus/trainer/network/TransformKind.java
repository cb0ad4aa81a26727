package org.sidereus.trainer.network;

/** How a transform of the flow moves one dimension, given the dimensions before it. */
public enum TransformKind {
  /** Shift and scale. */
  AFFINE,
  /** Monotonic rational-quadratic spline with linear tails (Durkan et al. 2019). */
  SPLINE
}
