package org.sidereus.engine.inference;

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
}
