package org.sidereus.engine.combination;

import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectSummary;

/**
 * A family of densities in which a product of densities is a sum of vectors. Implementations MUST
 * be safe for threads, and the first entries of their vectors MUST be those of {@link
 * GaussianFactorization}.
 */
interface Factorization {
  /** Number of entries of a contribution. */
  int length();

  /** The family and its degree, for {@link Combiner#layout()}. */
  String family();

  /**
   * What one object's posterior says beyond the prior.
   *
   * @return a new vector of {@link #length()} finite entries
   * @throws InferenceException if the posterior is degenerate
   */
  double[] contribution(ObjectSummary posterior);

  /**
   * The posterior of a group.
   *
   * @param objects number of contributions in the sum; with 0 the prior is the result
   * @param sum [length()]
   */
  FactorizedPosterior combine(long objects, double[] sum);

  /** The posterior of a group. */
  default FactorizedPosterior combine(GroupState state) {
    return combine(state.objects(), state.sum());
  }
}
