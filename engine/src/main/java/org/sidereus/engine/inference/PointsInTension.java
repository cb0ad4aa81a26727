package org.sidereus.engine.inference;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.polynomial.SharedSamples;

/** Evaluates one object in tension at {@link WideNoise#COUNT_IN_TENSION} points. */
@FunctionalInterface
interface PointsInTension {
  /**
   * What the flow and the likelihood say at points.
   *
   * @param noise of the flow [S * D]
   */
  SharedSamples at(float[] noise);

  /**
   * The local noise that is known to be near the likelihood's; null: only standard normal noise.
   */
  default @Nullable LocalProposal start(NoiseLayout layout, NoiseCells cells) {
    return null;
  }
}
