package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.analysis.integration.gauss.HermiteRuleFactory;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.util.Pair;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Infers from sums alone which share of a group's objects are outliers in a shared parameter.
 *
 * <p>Of the n objects a share f has values of the parameter that are draws of the prior, and the
 * others have the common value mu. Let R_i(mu) be the object's likelihood at mu over that of an
 * outlier, the mean of the likelihood over the prior. Then the log likelihood of mu and f is
 *
 * <pre>
 *   sum over i of log(f + (1 - f) R_i(mu)) = n log f + sum over i of log(1 + R_i(mu) (1 - f) / f)
 * </pre>
 *
 * <p>The last sum is kept for a few shares at even nodes of mu. An object adds nothing where it is
 * improbable, so that an outlier does not move the others. Between the nodes the sums are
 * interpolated, by a cubic spline in mu, and for f through four nodes: sum log(f / (1 - f) + R_i)
 * is a sum of functions log(1 + exp(x - c)) of the logit x of f, with c very low for an outlier (a
 * line), and about 1 for a member in the middle.
 *
 * <p>Each shared parameter is taken by itself. The likelihood is integrated over the other one
 * without its prior, because all members have the same value of it, too, which may be far from the
 * prior's mean. For two parameters together, nodes as close as the narrowest direction of an object
 * would be thousands for each share. Thread-safe and without state.
 */
final class OutlierStatistics {
  /** With more shared parameters, the marginal posterior of an object is not computed. */
  static final int MOST_PARAMETERS = 2;

  /** Largest share. */
  static final double LARGEST = 0.35;

  /** The prior density of the share is proportional to (1 - f) to this power. */
  static final int PRIOR_POWER = 8;

  /** Shares of the nodes. The first stands for none: an outlier costs at most 14 of the log. */
  private static final double[] SHARES = {1e-6, 0.001, 0.006, 0.03, 0.12, LARGEST};

  /** Nodes of the common value, in standard deviations of the prior, to each side of its mean. */
  private static final int NODES = 24;

  /** Distance of the nodes. */
  private static final double STEP = 0.15;

  private static final double REACH = NODES * STEP;

  /** Objects that are narrower, in standard deviations of the prior, fall between the nodes. */
  private static final double NARROWEST = 0.1;

  /** An object adds nothing farther from its mean, in its standard deviations. */
  private static final double FAR = 6;

  /** Least precision of the other shared parameter, in units of its prior's. */
  private static final double LEAST_PRECISION = 0.25;

  /** Nodes of the integral over the other shared parameter. */
  private static final int OTHER_NODES = 5;

  /** Points of an integral over the common value, and how often it is narrowed. */
  private static final int POINTS = 61;

  private static final int NARROWINGS = 5;

  /** Least number of points in a standard deviation. */
  private static final double RESOLUTION = 3;

  /** Half width of a narrowed integral, in standard deviations. */
  private static final double WIDTH = 8;

  /** The common value is known where so many standard deviations are within the nodes. */
  private static final double INSIDE = 4;

  /** Shares of an integral over it, evenly spaced in their root. */
  private static final int FINE_SHARES = 160;

  /** Nodes of the share that an interpolation goes through. */
  private static final int NEAREST = 4;

  /** Logarithms that are so far below the largest one add nothing. */
  private static final double DEEPEST = 45;

  /** Smaller entries of a contribution are zero. */
  private static final double NEGLIGIBLE = 1e-8;

  private final int k;
  private final List<Parameter> parameters;
  private final SharedPriors priors;
  private final SharedCoordinates coordinates;
  private final int[] shared;
  private final double[] nodes = new double[2 * NODES + 1];

  /** Logits of the nodes of the share. */
  private final double[] logits = new double[SHARES.length];

  /** Nodes and weights of the integral of exp(-x^2) f(x). */
  private final Pair<double[], double[]> rule = new HermiteRuleFactory().getRule(OTHER_NODES);

  private final double[] shares = new double[FINE_SHARES];

  /** [nodes][shares]: weights of the sums at the nodes for that at a share. */
  private final double[][] weights = new double[SHARES.length][FINE_SHARES];

  /** Logarithm of the prior probability of each share, sum 1. */
  private final double[] logShares = new double[FINE_SHARES];

  OutlierStatistics(Manifest manifest) {
    parameters = manifest.sharedParameters();
    k = parameters.size();
    priors = new SharedPriors(manifest);
    coordinates = new SharedCoordinates(manifest);
    shared = manifest.sharedIndices();
    for (int n = 0; n < nodes.length; n++) {
      nodes[n] = STEP * (n - NODES);
    }
    for (int s = 0; s < SHARES.length; s++) {
      logits[s] = logit(SHARES[s]);
    }
    double total = 0;
    for (int s = 0; s < FINE_SHARES; s++) {
      double root = (s + 0.5) / FINE_SHARES;
      shares[s] = LARGEST * root * root;
      logShares[s] = root * Math.pow(1 - shares[s], PRIOR_POWER);
      total += logShares[s];
    }
    for (int s = 0; s < FINE_SHARES; s++) {
      logShares[s] = Math.log(logShares[s] / total);
      fillWeights(s);
    }
  }

  /** Weights of an interpolation through the nearest four nodes, the first one only near to it. */
  private void fillWeights(int share) {
    double logit = logit(shares[share]);
    int above = 0;
    while (above < logits.length && logits[above] < logit) {
      above++;
    }
    int first = Math.max(above - NEAREST / 2, above > 1 ? 1 : 0);
    first = Math.min(first, logits.length - NEAREST);
    double[][] functions = new double[NEAREST][NEAREST];
    for (int n = 0; n < NEAREST; n++) {
      double[] values = functions(logits[first + n]);
      for (int f = 0; f < NEAREST; f++) {
        functions[f][n] = values[f];
      }
    }
    double[] solved =
        new LUDecomposition(MatrixUtils.createRealMatrix(functions))
            .getSolver()
            .solve(MatrixUtils.createRealVector(functions(logit)))
            .toArray();
    for (int n = 0; n < NEAREST; n++) {
      weights[first + n][share] = solved[n];
    }
  }

  /** Functions of a logit that are interpolated exactly. */
  private static double[] functions(double logit) {
    return new double[] {1, logit, Math.log1p(Math.exp(logit)), Math.log1p(Math.exp(logit - 1))};
  }

  private static double logit(double share) {
    return Math.log(share / (1 - share));
  }

  /** Whether the outliers of a bundle's groups can be inferred. */
  static boolean fits(Manifest manifest) {
    int shared = manifest.sharedParameters().size();
    return shared > 0 && shared <= MOST_PARAMETERS;
  }

  /** For each shared parameter the nodes of each share, then a count of 1. */
  int length() {
    return k * lengthOfOne();
  }

  private int lengthOfOne() {
    return SHARES.length * nodes.length + 1;
  }

  /** What the numbers of a contribution are, for {@link Combiner#layout()}. */
  String family() {
    return "outliers of shares " + Arrays.toString(SHARES);
  }

  /**
   * Writes what an object adds.
   *
   * @param coefficients of the object's polynomial
   * @param contribution filled with {@link #length()} entries from {@code at} on; those of a
   *     parameter are zero where the object is too narrow for the nodes
   */
  void fill(double[] coefficients, ObjectSummary posterior, double[] contribution, int at) {
    PolynomialDensity density = new PolynomialDensity(coordinates, coefficients);
    for (int i = 0; i < k; i++) {
      ObjectMarginal own = new ObjectMarginal(posterior, i);
      double[] ratios = own.sd >= NARROWEST ? ratios(density, own) : null;
      if (ratios == null) {
        continue;
      }
      int next = at + i * lengthOfOne();
      for (double logit : logits) {
        double odds = Math.exp(-logit);
        for (double ratio : ratios) {
          double entry = Math.log1p(odds * ratio);
          contribution[next++] = entry > NEGLIGIBLE ? entry : 0;
        }
      }
      contribution[next] = 1;
    }
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
    double[][] z = new double[k][count * along];
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
      double prior =
          priors.sd(own.parameter) * Math.exp(priors.logDensity(own.parameter, nodes[n]));
      ratios[n] = prior > 0 ? ratios[n] / (total * STEP * prior) : 0;
      if (!Double.isFinite(ratios[n])) {
        return null;
      }
    }
    return ratios;
  }

  /**
   * The judgement of a group.
   *
   * @param objects number of objects in the sums
   * @param sums begins at {@code at} with the sum of what the objects added
   * @return the shared parameters of which it is known; none for fewer than two objects
   */
  List<OutlierShare> judge(long objects, double[] sums, int at) {
    List<OutlierShare> found = new ArrayList<>();
    for (int i = 0; i < k && objects >= 2; i++) {
      int from = at + i * lengthOfOne();
      if (Math.round(sums[from + lengthOfOne() - 1]) == objects) {
        OutlierShare one = new Search(i, objects, sums, from).share();
        if (one != null) {
          found.add(one);
        }
      }
    }
    return found;
  }

  /** The sums of one shared parameter of a group. */
  private final class Search {
    private final int parameter;
    private final long objects;
    private final EvenSpline[] splines = new EvenSpline[SHARES.length];

    /** Log of prior times likelihood at each share, without the part that depends on the value. */
    private final double[] ofShares = new double[FINE_SHARES];

    Search(int parameter, long objects, double[] sums, int from) {
      this.parameter = parameter;
      this.objects = objects;
      for (int s = 0; s < SHARES.length; s++) {
        int start = from + s * nodes.length;
        splines[s] = new EvenSpline(nodes, Arrays.copyOfRange(sums, start, start + nodes.length));
      }
      for (int s = 0; s < FINE_SHARES; s++) {
        ofShares[s] = logShares[s] + objects * Math.log1p(-shares[s]);
      }
    }

    @Nullable OutlierShare share() {
      Line with = line(this::logOfShares);
      Line without = line(this::logWithout);
      if (with == null || without == null) {
        return null;
      }
      double[] probabilities = new double[FINE_SHARES];
      double[] joint = new double[FINE_SHARES];
      for (int p = 0; p < POINTS; p++) {
        double mu = with.from + p * with.step;
        fillLogs(mu, joint);
        for (int s = 0; s < FINE_SHARES; s++) {
          double depth = with.highest - joint[s];
          probabilities[s] += depth < DEEPEST ? Math.exp(-depth) : 0;
        }
      }
      double total = Arrays.stream(probabilities).sum();
      double mean = 0;
      for (int s = 0; s < FINE_SHARES; s++) {
        probabilities[s] /= total;
        mean += probabilities[s] * shares[s];
      }
      return new OutlierShare(
          parameters.get(parameter).name(),
          mean,
          quantiles(probabilities),
          with.logTotal - without.logTotal,
          priors.physical(parameter, with.mean),
          with.sd * priors.sd(parameter));
    }

    private double[] quantiles(double[] probabilities) {
      double[] quantiles = new double[FactorizedPosterior.LEVELS.size()];
      double below = 0;
      int q = 0;
      for (int s = 0; s < FINE_SHARES && q < quantiles.length; s++) {
        double next = below + probabilities[s];
        while (q < quantiles.length && next >= FactorizedPosterior.LEVELS.get(q)) {
          double part = (FactorizedPosterior.LEVELS.get(q) - below) / probabilities[s];
          double root = (s + part) / FINE_SHARES;
          quantiles[q++] = LARGEST * root * root;
        }
        below = next;
      }
      Arrays.fill(quantiles, q, quantiles.length, LARGEST);
      return quantiles;
    }

    /** Log of prior times likelihood at a common value, for each share. */
    private void fillLogs(double mu, double[] logs) {
      double prior = priors.logDensity(parameter, mu);
      for (int s = 0; s < FINE_SHARES; s++) {
        logs[s] = prior + ofShares[s];
      }
      for (int n = 0; n < SHARES.length; n++) {
        double value = splines[n].at(mu) + objects * logits[n];
        for (int s = 0; s < FINE_SHARES; s++) {
          logs[s] += weights[n][s] * value;
        }
      }
    }

    private double logOfShares(double mu) {
      double[] logs = new double[FINE_SHARES];
      fillLogs(mu, logs);
      double highest = Double.NEGATIVE_INFINITY;
      for (double log : logs) {
        highest = Math.max(highest, log);
      }
      double sum = 0;
      for (double log : logs) {
        sum += log > highest - DEEPEST ? Math.exp(log - highest) : 0;
      }
      return highest + Math.log(sum);
    }

    private double logWithout(double mu) {
      return priors.logDensity(parameter, mu) + splines[0].at(mu) + objects * Math.log(SHARES[0]);
    }

    /** The integral over the common value, around where the density is; null at the end. */
    private @Nullable Line line(Density density) {
      Line line = Line.of(density, -REACH, REACH);
      for (int n = 0; n < NARROWINGS && line != null && line.sd < RESOLUTION * line.step; n++) {
        double half = WIDTH * Math.max(line.sd, line.step);
        line =
            Line.of(density, Math.max(-REACH, line.mean - half), Math.min(REACH, line.mean + half));
      }
      return line != null && Math.abs(line.mean) + INSIDE * line.sd <= REACH ? line : null;
    }
  }

  private interface Density {
    double log(double mu);
  }

  /**
   * A density on an even grid.
   *
   * @param highest its largest logarithm
   * @param logTotal logarithm of its integral
   */
  private record Line(
      double from, double step, double mean, double sd, double highest, double logTotal) {

    static @Nullable Line of(Density density, double from, double to) {
      double step = (to - from) / (POINTS - 1);
      double[] logs = new double[POINTS];
      double highest = Double.NEGATIVE_INFINITY;
      for (int p = 0; p < POINTS; p++) {
        logs[p] = density.log(from + p * step);
        highest = Math.max(highest, logs[p]);
      }
      double total = 0;
      double mean = 0;
      double square = 0;
      for (int p = 0; p < POINTS; p++) {
        double weight = Math.exp(logs[p] - highest);
        double mu = from + p * step;
        total += weight;
        mean += weight * mu;
        square += weight * mu * mu;
      }
      mean /= total;
      double variance = square / total - mean * mean;
      return total > 0 && Double.isFinite(total)
          ? new Line(
              from,
              step,
              mean,
              Math.sqrt(Math.max(0, variance)),
              highest,
              highest + Math.log(total * step))
          : null;
    }
  }
}
