package org.sidereus.engine.combination;

import org.hipparchus.analysis.integration.gauss.HermiteRuleFactory;
import org.hipparchus.util.Pair;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.numerics.Columns;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * The likelihood of an object at common values of one shared parameter, over that of an outlier.
 * The other shared parameter, if there is one, is integrated out without its prior. Thread-safe and
 * without state.
 */
final class OutlierRatios {
  /** Objects that are narrower, in standard deviations of the prior, fall between the nodes. */
  private static final double NARROWEST = 0.1;

  /** An object adds nothing farther from its mean, in its standard deviations. */
  private static final double FAR = 6;

  /** Least precision of the other shared parameter, in units of its prior's. */
  private static final double LEAST_PRECISION = 0.25;

  /** Nodes of the integral over the other shared parameter. */
  private static final int OTHER_NODES = 5;

  private final int k;
  private final SharedPriors priors;
  private final SharedCoordinates coordinates;
  private final int[] shared;
  private final double[] nodes;
  private final double step;

  /** [K][nodes]: the prior density, in standard deviations of the prior. */
  private final double[][] ofPrior;

  /** Nodes and weights of the integral of exp(-x^2) f(x). */
  private final Pair<double[], double[]> rule = new HermiteRuleFactory().getRule(OTHER_NODES);

  /**
   * The likelihood at some values.
   *
   * @param nodes the values, in standard deviations of the prior, evenly spaced
   * @param step their distance
   */
  OutlierRatios(Manifest manifest, double[] nodes, double step) {
    k = manifest.sharedParameters().size();
    priors = new SharedPriors(manifest);
    coordinates = new SharedCoordinates(manifest);
    shared = manifest.sharedIndices();
    this.nodes = nodes;
    this.step = step;
    ofPrior = new double[k][nodes.length];
    for (int i = 0; i < k; i++) {
      for (int n = 0; n < nodes.length; n++) {
        ofPrior[i][n] = priors.sd(i) * Math.exp(priors.logDensity(i, nodes[n]));
      }
    }
  }

  /** The polynomial of an object. */
  PolynomialDensity density(double[] coefficients) {
    return new PolynomialDensity(coordinates, coefficients);
  }

  /**
   * Likelihood at the nodes over that of an outlier.
   *
   * @param density of the object
   * @param i the shared parameter
   * @return null where the object is too narrow for the nodes or does not determine it
   */
  double @Nullable [] of(PolynomialDensity density, ObjectSummary posterior, int i) {
    ObjectMarginal own = new ObjectMarginal(posterior, i);
    return own.sd >= NARROWEST ? ratios(density, own) : null;
  }

  /** Moments of one shared parameter of an object, and those of the other one at its value. */
  private final class ObjectMarginal {
    private final int parameter;
    private final double mean;
    private final double sd;
    private final double otherMean;
    private final double slope;
    private final double otherSd;

    /** Precision of a prior that is added where the likelihood has too little. */
    private final double added;

    ObjectMarginal(ObjectSummary posterior, int i) {
      parameter = i;
      int all = posterior.mean().length;
      int row = shared[i] * all;
      mean = priors.standardised(i, posterior.mean()[shared[i]]);
      double variance = posterior.covariance()[row + shared[i]] / square(priors.sd(i));
      sd = Math.sqrt(variance);
      if (k == 1) {
        otherMean = 0;
        slope = 0;
        otherSd = 0;
        added = 0;
        return;
      }
      int o = 1 - i;
      double given = posterior.covariance()[row + shared[o]] / (priors.sd(i) * priors.sd(o));
      double otherVariance =
          posterior.covariance()[shared[o] * all + shared[o]] / square(priors.sd(o));
      // the likelihood: the posterior at a fixed value without the standard normal prior
      double precision = 1 / (otherVariance - given * given / variance);
      double likelihood = Math.max(LEAST_PRECISION, precision - 1);
      added = likelihood - (precision - 1);
      double stretch = precision / likelihood;
      slope = stretch * given / variance;
      otherMean = stretch * priors.standardised(o, posterior.mean()[shared[o]]);
      otherSd = 1 / Math.sqrt(likelihood);
    }

    private static double square(double value) {
      return value * value;
    }
  }

  /**
   * Likelihood at the nodes over that of an outlier; null where the object does not determine it.
   */
  private double @Nullable [] ratios(PolynomialDensity density, ObjectMarginal own) {
    int along = k == 1 ? 1 : OTHER_NODES;
    int first = 0;
    int count = 0;
    for (int n = 0; n < nodes.length; n++) {
      if (Math.abs(nodes[n] - own.mean) <= FAR * own.sd) {
        first = count == 0 ? n : first;
        count++;
      }
    }
    if (count == 0) {
      return null;
    }
    double[][] z = Columns.of(k, count * along);
    for (int p = 0; p < z[0].length; p++) {
      double value = nodes[first + p / along];
      z[own.parameter][p] = value;
      if (k > 1) {
        double score = Math.sqrt(2) * rule.getFirst()[p % along];
        z[1 - own.parameter][p] =
            own.otherMean + own.slope * (value - own.mean) + own.otherSd * score;
      }
    }
    double[] logs = density.at(z);
    for (int p = 0; k > 1 && p < logs.length; p++) {
      int other = 1 - own.parameter;
      double x = rule.getFirst()[p % along];
      logs[p] += x * x - 0.5 * own.added * z[other][p] * z[other][p];
      logs[p] -= priors.logDensity(other, z[other][p]);
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      highest = Math.max(highest, log);
    }
    double[] ratios = new double[nodes.length];
    double total = 0;
    for (int p = 0; p < logs.length; p++) {
      double value = Math.exp(logs[p] - highest);
      if (k > 1) {
        value *= rule.getSecond()[p % along];
      }
      ratios[first + p / along] += value;
      total += value;
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    for (int n = first; n < first + count; n++) {
      double prior = ofPrior[own.parameter][n];
      ratios[n] = prior > 0 ? ratios[n] / (total * step * prior) : 0;
      if (!Double.isFinite(ratios[n])) {
        return null;
      }
    }
    return ratios;
  }
}
