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

  /** The shared priors of a bundle, in the order of its parameters. */
  public SharedPriors(Manifest manifest) {
    priors = manifest.sharedParameters().stream().map(Parameter::prior).toList();
    means = priors.stream().mapToDouble(Prior::mean).toArray();
    sds = priors.stream().mapToDouble(Prior::sd).toArray();
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
}
