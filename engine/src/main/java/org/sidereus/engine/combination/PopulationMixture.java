package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.sidereus.engine.bundle.SharedPriors;

/**
 * The posterior over all families of scatters: the centre is a mixture of normal distributions, one
 * for each family and size of the scatter. Standardised parameters. Immutable.
 */
final class PopulationMixture {
  private static final double NEGLIGIBLE = 1e-7;

  /** Of the quantiles, in standard deviations. */
  private static final double TOLERANCE = 1e-6;

  private static final int MOST_EVALUATIONS = 200;

  private final boolean[][] families;
  private final PopulationGrid.Family[] posteriors;
  private final double[] probabilities;
  private final double logBayesFactor;
  private final NormalProbability normal;

  /** The centre for each family and size that has a probability. */
  private final List<Component> components = new ArrayList<>();

  private record Component(double weight, Moments moments) {}

  /**
   * A mixture.
   *
   * @param families [F][K]: whether a parameter scatters
   * @param posteriors [F]
   */
  PopulationMixture(
      boolean[][] families, PopulationGrid.Family[] posteriors, NormalProbability normal) {
    this.normal = normal;
    this.families = families;
    this.posteriors = posteriors;
    probabilities = new double[posteriors.length];
    double highest = Double.NEGATIVE_INFINITY;
    double without = Double.POSITIVE_INFINITY;
    for (PopulationGrid.Family posterior : posteriors) {
      highest = Math.max(highest, posterior.logEvidence());
      without = Math.min(without, posterior.logWithout());
    }
    double total = 0;
    for (int f = 0; f < probabilities.length; f++) {
      probabilities[f] = Math.exp(posteriors[f].logEvidence() - highest);
      total += probabilities[f];
    }
    for (int f = 0; f < probabilities.length; f++) {
      probabilities[f] /= total;
      double[] weights = posteriors[f].weights();
      for (int n = 0; n < weights.length; n++) {
        double weight = probabilities[f] * weights[n];
        if (weight > NEGLIGIBLE) {
          components.add(new Component(weight, posteriors[f].components()[n]));
        }
      }
    }
    logBayesFactor = highest + Math.log(total / probabilities.length) - without;
  }

  /** All numbers in the parameters' units. */
  Population inUnits(SharedPriors priors) {
    int k = priors.size();
    double[] mean = new double[k];
    double[] covariance = new double[k * k];
    for (Component component : components) {
      for (int i = 0; i < k; i++) {
        mean[i] += component.weight() * component.moments().mean()[i];
      }
    }
    for (Component component : components) {
      Moments moments = component.moments();
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double square = (moments.mean()[i] - mean[i]) * (moments.mean()[j] - mean[j]);
          covariance[i * k + j] +=
              component.weight()
                  * (moments.covariance()[i][j] + square)
                  * (priors.sd(i) * priors.sd(j));
        }
      }
    }
    double[] physical = new double[k];
    double[][] quantiles = new double[k][];
    double[] scatter = new double[k];
    double[][] scatterQuantiles = new double[k][];
    for (int i = 0; i < k; i++) {
      physical[i] = priors.physical(i, mean[i]);
      quantiles[i] = quantiles(i, physical[i], Math.sqrt(covariance[i * k + i]), priors);
      scatter[i] = scatter(i) * priors.sd(i);
      scatterQuantiles[i] = scatterQuantiles(i, priors.sd(i));
    }
    return new Population(
        physical, covariance, quantiles, scatter, scatterQuantiles, logBayesFactor);
  }

  private double[] quantiles(int i, double mean, double sd, SharedPriors priors) {
    double[] quantiles = new double[FactorizedPosterior.LEVELS.size()];
    BrentSolver solver = new BrentSolver(TOLERANCE * sd);
    for (int q = 0; q < quantiles.length; q++) {
      double level = FactorizedPosterior.LEVELS.get(q);
      // Chebyshev: at most 1/64 of the probability is beyond 8 sd
      quantiles[q] =
          solver.solve(
              MOST_EVALUATIONS,
              value -> shareBelow(i, priors.standardised(i, value)) - level,
              mean - 8 * sd,
              mean + 8 * sd);
    }
    return quantiles;
  }

  private double shareBelow(int i, double z) {
    double sum = 0;
    for (Component component : components) {
      Moments moments = component.moments();
      double sd = Math.sqrt(moments.covariance()[i][i]);
      sum += component.weight() * normal.below((z - moments.mean()[i]) / sd);
    }
    return sum;
  }

  private double scatter(int i) {
    double mean = 0;
    for (int f = 0; f < posteriors.length; f++) {
      double[] sizes = posteriors[f].sizes();
      for (int s = 0; families[f][i] && s < sizes.length; s++) {
        mean += probabilities[f] * posteriors[f].probabilities()[s] * sizes[s];
      }
    }
    return mean;
  }

  /** All families have the same sizes; where the parameter does not scatter, the size is 0. */
  private double[] scatterQuantiles(int i, double unit) {
    double[] sizes = posteriors[0].sizes();
    double[] quantiles = new double[FactorizedPosterior.LEVELS.size()];
    double below = 0;
    int q = 0;
    for (int s = 0; s < sizes.length; s++) {
      double here = 0;
      for (int f = 0; f < posteriors.length; f++) {
        if (families[f][i]) {
          here += probabilities[f] * posteriors[f].probabilities()[s];
        } else if (s == 0) {
          here += probabilities[f];
        }
      }
      while (q < quantiles.length && below + here >= FactorizedPosterior.LEVELS.get(q)) {
        double share = s == 0 ? 0 : (FactorizedPosterior.LEVELS.get(q) - below) / here;
        quantiles[q++] = s == 0 ? 0 : unit * (sizes[s - 1] + share * (sizes[s] - sizes[s - 1]));
      }
      below += here;
    }
    while (q < quantiles.length) {
      quantiles[q++] = unit * sizes[sizes.length - 1];
    }
    return quantiles;
  }
}
