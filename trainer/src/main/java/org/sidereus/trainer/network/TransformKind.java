package org.sidereus.trainer.network;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a transform of the flow moves one dimension, given the dimensions before it. */
public enum TransformKind {
  /** Shift and scale. */
  @JsonProperty("affine")
  AFFINE,
  /** Monotonic rational-quadratic spline with linear tails (Durkan et al. 2019). */
  @JsonProperty("spline")
  SPLINE
}
