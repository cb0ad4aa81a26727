package org.sidereus.trainer;

import java.util.List;
import java.util.SplittableRandom;
import org.sidereus.model.bundle.Parameter;

/** Draws of all parameters of a model from their priors; the seed alone determines them. */
public final class PriorDraws {
  private final List<Parameter> parameters;
  private final SplittableRandom random;

  /**
   * A sequence of draws.
   *
   * @param model whose parameters
   * @param seed any number
   */
  public PriorDraws(ForwardModel model, long seed) {
    this.parameters = model.parameters();
    this.random = new SplittableRandom(seed);
  }

  /** The next set of parameters [D]. */
  public double[] next() {
    return parameters.stream().mapToDouble(p -> p.prior().sample(random)).toArray();
  }

  /** The next sets of parameters [n][D]. */
  public double[][] next(int n) {
    double[][] thetas = new double[n][];
    for (int i = 0; i < n; i++) {
      thetas[i] = next();
    }
    return thetas;
  }
}
