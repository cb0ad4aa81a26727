package org.sidereus.simulators.run;

import java.util.List;
import java.util.SplittableRandom;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.simulators.model.ForwardModel;

/**
 * Draws of all inputs of a model: parameters from their priors, covariates as in a training; the
 * seed alone determines them.
 */
public final class PriorDraws {
  private final List<Prior> priors;
  private final SplittableRandom random;

  /**
   * A sequence of draws.
   *
   * @param model whose inputs
   * @param seed any number
   */
  public PriorDraws(ForwardModel model, long seed) {
    this.priors = model.inputPriors();
    this.random = new SplittableRandom(seed);
  }

  /** The next set of inputs [D + C]. */
  public double[] next() {
    return priors.stream().mapToDouble(prior -> prior.sample(random)).toArray();
  }

  /** The next sets of inputs [n][D + C]. */
  public double[][] next(int n) {
    double[][] thetas = new double[n][];
    for (int i = 0; i < n; i++) {
      thetas[i] = next();
    }
    return thetas;
  }
}
