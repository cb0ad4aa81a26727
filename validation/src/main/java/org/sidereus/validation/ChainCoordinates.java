package org.sidereus.validation;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Uniform;

/**
 * The coordinates in which reference chains move: a uniform prior is a normal one in them, and
 * others have about the mean 0 and the standard deviation 1. At the borders of a box most moves
 * would be refused.
 */
final class ChainCoordinates {
  private final List<Prior> priors;
  private final NormalShares normal = new NormalShares();

  ChainCoordinates(List<Parameter> parameters) {
    priors = parameters.stream().map(Parameter::prior).toList();
  }

  int dimensions() {
    return priors.size();
  }

  /** A draw of the prior [D]. */
  double[] draw(RandomGenerator random) {
    double[] point = new double[priors.size()];
    for (int d = 0; d < point.length; d++) {
      Prior prior = priors.get(d);
      point[d] =
          isBox(prior) ? random.nextGaussian() : (prior.sample(random) - prior.mean()) / prior.sd();
    }
    return point;
  }

  /** Logarithm of the prior's density in these coordinates, up to a constant. */
  double logPrior(double[] point) {
    double sum = 0;
    for (int d = 0; d < point.length; d++) {
      Prior prior = priors.get(d);
      sum +=
          isBox(prior)
              ? -0.5 * point[d] * point[d]
              : prior.logDensity(prior.mean() + prior.sd() * point[d]);
    }
    return sum;
  }

  /** The parameters at a point [D]. */
  double[] physical(double[] point) {
    double[] theta = new double[point.length];
    for (int d = 0; d < theta.length; d++) {
      theta[d] = physical(priors.get(d), point[d]);
    }
    return theta;
  }

  private double physical(Prior prior, double x) {
    if (prior instanceof Uniform) {
      return prior.lower() + (prior.upper() - prior.lower()) * normal.below(x);
    }
    if (prior instanceof LogUniform) {
      return prior.lower() * Math.pow(prior.upper() / prior.lower(), normal.below(x));
    }
    return prior.mean() + prior.sd() * x;
  }

  private static boolean isBox(Prior prior) {
    return prior instanceof Uniform || prior instanceof LogUniform;
  }
}
