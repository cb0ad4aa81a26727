package org.sidereus.trainer.network;

import java.util.List;

/**
 * Sizes of a masked autoregressive flow.
 *
 * @param kind what each transform does
 * @param transforms number of transforms, at least 1
 * @param hidden units of each hidden layer of a transform's network, at least one layer
 * @param activation nonlinearity of the transforms
 * @param embedding units of each layer of the network that turns the features into the context;
 *     empty: the context is the scaled features
 * @param embeddingActivation nonlinearity of the embedding
 * @param bins bins of a spline; ignored by affine transforms
 * @param tailBound the spline acts in [-tailBound, tailBound]; ignored by affine transforms
 */
public record FlowArchitecture(
    TransformKind kind,
    int transforms,
    List<Integer> hidden,
    Activation activation,
    List<Integer> embedding,
    Activation embeddingActivation,
    int bins,
    double tailBound) {

  /** Bound of |log scale| of an affine transform: one dimension is scaled by at most exp(5). */
  public static final double LOG_SCALE_BOUND = 5.0;

  /** Smallest width of a bin as a share of the spline's range. */
  public static final double MIN_BIN_WIDTH = 1e-3;

  /** Smallest height of a bin as a share of the spline's range. */
  public static final double MIN_BIN_HEIGHT = 1e-3;

  /** Smallest derivative at an inner knot. */
  public static final double MIN_DERIVATIVE = 1e-3;

  public FlowArchitecture {
    if (transforms < 1) {
      throw new IllegalArgumentException("transforms must be at least 1 but is " + transforms);
    }
    if (hidden.isEmpty() || hidden.stream().anyMatch(units -> units < 1)) {
      throw new IllegalArgumentException("hidden must be positive layer sizes but is " + hidden);
    }
    if (embedding.stream().anyMatch(units -> units < 1)) {
      throw new IllegalArgumentException(
          "embedding must be positive layer sizes but is " + embedding);
    }
    if (kind == TransformKind.SPLINE && (bins < 2 || !(tailBound > 0))) {
      throw new IllegalArgumentException(
          "a spline needs at least 2 bins and a positive tail bound but has "
              + bins
              + " and "
              + tailBound);
    }
    hidden = List.copyOf(hidden);
    embedding = List.copyOf(embedding);
  }

  /** Numbers per dimension that the network of a transform gives. */
  public int outputsPerDimension() {
    return kind == TransformKind.AFFINE ? 2 : 3 * bins - 1;
  }
}
