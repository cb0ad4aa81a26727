package org.sidereus.engine.combination;

import java.util.List;

/**
 * The posterior of the parameters that the objects of a group share, if all objects share them and
 * the model is right: the prior times the product of posterior over prior of each object. The
 * arrays are not copied; do not change them.
 *
 * @param objects number of objects combined
 * @param mean [K] for K shared parameters, in their units
 * @param covariance [K * K], row by row, in products of the units
 * @param quantiles [K][5]: the quantiles of each parameter at {@link #LEVELS}, in its unit
 * @param densities [K]: the marginal density of each parameter
 * @param joints the joint density of each pair of parameters; empty where the covariance is all
 *     that is known of them ({@link CombinationMethod#GAUSSIAN}, {@link CombinationMethod#SAMPLES})
 * @param method how it was computed: {@link CombinationMethod#GAUSSIAN} also where polynomials were
 *     asked for but do not describe the group
 * @param reliable whether the numbers passed the checks of what is published
 */
public record FactorizedPosterior(
    long objects,
    double[] mean,
    double[] covariance,
    double[][] quantiles,
    List<MarginalDensity> densities,
    List<JointDensity> joints,
    CombinationMethod method,
    boolean reliable) {
  /** Levels of the quantiles: 95 % and 68 % intervals around the median. */
  public static final List<Double> LEVELS = List.of(0.025, 0.16, 0.5, 0.84, 0.975);

  /** Names of the quantiles at {@link #LEVELS} in tables and files. */
  public static final List<String> LEVEL_NAMES = List.of("q025", "q16", "q50", "q84", "q975");

  /** Standard normal quantiles at {@link #LEVELS}. */
  static final double[] NORMAL_QUANTILES = {
    -1.959963984540054, -0.994457883209753, 0, 0.994457883209753, 1.959963984540054
  };

  /** The plotted density of a Gaussian reaches this many standard deviations to each side. */
  private static final double REACH = 4;

  public FactorizedPosterior {
    int k = mean.length;
    if (covariance.length != k * k || quantiles.length != k || densities.size() != k) {
      throw new IllegalArgumentException(
          "%d means do not fit a covariance of %d entries, %d quantiles and %d densities"
              .formatted(k, covariance.length, quantiles.length, densities.size()));
    }
    densities = List.copyOf(densities);
    joints = List.copyOf(joints);
  }

  /** A Gaussian one. */
  static FactorizedPosterior gaussian(long objects, double[] mean, double[] covariance) {
    int k = mean.length;
    double[][] quantiles = new double[k][LEVELS.size()];
    MarginalDensity[] densities = new MarginalDensity[k];
    for (int i = 0; i < k; i++) {
      double sd = Math.sqrt(covariance[i * k + i]);
      for (int q = 0; q < quantiles[i].length; q++) {
        quantiles[i][q] = mean[i] + sd * NORMAL_QUANTILES[q];
      }
      double[] nodes = new double[MarginalDensity.POINTS];
      double[] values = new double[nodes.length];
      for (int p = 0; p < nodes.length; p++) {
        double u = REACH * (2.0 * p / (nodes.length - 1) - 1);
        nodes[p] = mean[i] + sd * u;
        values[p] = Math.exp(-0.5 * u * u) / (sd * Math.sqrt(2 * Math.PI));
      }
      densities[i] = new MarginalDensity(nodes, values);
    }
    return new FactorizedPosterior(
        objects,
        mean,
        covariance,
        quantiles,
        List.of(densities),
        List.of(),
        CombinationMethod.GAUSSIAN,
        true);
  }

  /** The same numbers, which did not pass the checks. */
  FactorizedPosterior unreliable() {
    return new FactorizedPosterior(
        objects, mean, covariance, quantiles, densities, joints, method, false);
  }

  /** The standard deviation of shared parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }

  /**
   * The share of the posterior of shared parameter i below a value, by its quantiles: equal to
   * their levels at them, and monotone between and beyond.
   */
  public double shareBelow(int i, double value) {
    return QuantileDensity.shareBelow(quantiles[i], value);
  }

  /** The correlation of shared parameters i and j. */
  public double correlation(int i, int j) {
    return covariance[i * mean.length + j] / (sd(i) * sd(j));
  }
}
