package org.sidereus.networks;

/**
 * Limits that belong to the definition of a flow here, so that samples stay finite for every finite
 * observation, however far from the training set. No object that resembles the training set comes
 * near them.
 */
public final class FlowLimits {
  /**
   * Scaled features are clamped to [-10, 10] unless a flow says otherwise: ten standard deviations
   * of the training set.
   */
  public static final double SCALED_FEATURE = 10;

  /** In the direction of sampling, each z_t is clamped to [-10^4, 10^4]. */
  public static final double LATENT = 1e4;

  /**
   * Where a parameter has bounds, its unbounded coordinate (the probit or the logarithm) is clamped
   * to [-40, 40] in the direction of sampling; exp(40) squared is still a float32 number.
   */
  public static final double UNBOUNDED_COORDINATE = 40;

  private FlowLimits() {}
}
