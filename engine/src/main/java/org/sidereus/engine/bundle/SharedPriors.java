package org.sidereus.engine.bundle;

import java.util.List;

/**
 * The priors of the K parameters that the objects of a group share, with their means and standard
 * deviations. Immutable and safe for threads.
 */
public final class SharedPriors {
  private final List<Prior> priors;
  private final double[] means;
  private final double[] sds;

  /** Whether a prior is normal, so that its density is a quadratic of the standardised value. */
  private final boolean[] normal;

  /** The log density of a normal prior at its mean. */
  private final double[] logPeaks;

  /** The shared priors of a bundle, in the order of its parameters. */
  public SharedPriors(Manifest manifest) {
    priors = manifest.sharedParameters().stream().map(Parameter::prior).toList();
    means = priors.stream().mapToDouble(Prior::mean).toArray();
    sds = priors.stream().mapToDouble(Prior::sd).toArray();
    normal = new boolean[means.length];
    logPeaks = new double[means.length];
    for (int i = 0; i < means.length; i++) {
      normal[i] = priors.get(i) instanceof Normal;
      logPeaks[i] = normal[i] ? priors.get(i).logDensity(means[i]) : 0;
    }
  }

  /** Number of shared parameters, K. */
  public int size() {
    return means.length;
  }

  /** Prior of shared parameter i. */
  public Prior prior(int i) {
    return priors.get(i);
  }

  /** Prior mean of shared parameter i, in its unit. */
  public double mean(int i) {
    return means[i];
  }

  /** Prior standard deviation of shared parameter i, in its unit. */
  public double sd(int i) {
    return sds[i];
  }

  /** A value of shared parameter i in prior standard deviations from the prior mean. */
  public double standardised(int i, double value) {
    return (value - means[i]) / sds[i];
  }

  /** The value of shared parameter i, in its unit, for a standardised one. */
  public double physical(int i, double standardised) {
    return means[i] + sds[i] * standardised;
  }

  /** Log density of shared parameter i at a standardised value, per unit of the parameter. */
  public double logDensity(int i, double standardised) {
    return normal[i]
        ? logPeaks[i] - 0.5 * standardised * standardised
        : priors.get(i).logDensity(physical(i, standardised));
  }
}
