package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.numerics.Float32;

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

  /** How often an integral over the common value is narrowed. */
  private static final int NARROWINGS = 5;

  /** Least number of points in a standard deviation. */
  private static final double RESOLUTION = 3;

  /** Half width of a narrowed integral, in standard deviations. */
  private static final double WIDTH = 8;

  /** The common value is known where so many standard deviations are within the nodes. */
  private static final double INSIDE = 4;

  /** Shares of an integral over it, evenly spaced in their root. */
  private static final int FINE_SHARES = 160;

  /** Only every so many of these shares count while the integral is narrowed. */
  private static final int COARSE = 4;

  /** Nodes of the share that an interpolation goes through. */
  private static final int NEAREST = 4;

  /** Logarithms that are so far below the largest one add nothing. */
  private static final double DEEPEST = 45;

  /** Smaller entries of a contribution are zero. */
  private static final double NEGLIGIBLE = 1e-8;

  private final int k;
  private final List<Parameter> parameters;
  private final SharedPriors priors;
  private final double[] nodes = new double[2 * NODES + 1];

  private final OutlierRatios ratios;

  /** Logits of the nodes of the share. */
  private final double[] logits = new double[SHARES.length];

  private final double[] shares = new double[FINE_SHARES];

  /** [nodes][shares]: weights of the sums at the nodes for that at a share. */
  private final double[][] weights = new double[SHARES.length][FINE_SHARES];

  /** Logarithm of the prior probability of each share, sum 1. */
  private final double[] logShares = new double[FINE_SHARES];

  OutlierStatistics(Manifest manifest) {
    parameters = manifest.sharedParameters();
    k = parameters.size();
    priors = new SharedPriors(manifest);
    for (int n = 0; n < nodes.length; n++) {
      nodes[n] = STEP * (n - NODES);
    }
    ratios = new OutlierRatios(manifest, nodes, STEP);
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
   * Writes what an object adds, in single precision.
   *
   * @param coefficients of the object's polynomial
   * @param contribution filled with {@link #length()} entries from {@code at} on; those of a
   *     parameter are zero where the object is too narrow for the nodes
   */
  void fill(double[] coefficients, ObjectSummary posterior, double[] contribution, int at) {
    PolynomialDensity density = ratios.density(coefficients);
    for (int i = 0; i < k; i++) {
      double[] atNodes = ratios.of(density, posterior, i);
      if (atNodes == null) {
        continue;
      }
      int next = at + i * lengthOfOne();
      for (double logit : logits) {
        double odds = Math.exp(-logit);
        for (double ratio : atNodes) {
          double entry = ratio == 0 ? 0 : Math.log1p(odds * ratio);
          contribution[next++] = entry > NEGLIGIBLE ? Float32.nearest(entry) : 0;
        }
      }
      contribution[next] = 1;
    }
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
      DensityLine with = line(mu -> logOfShares(mu, COARSE), mu -> logOfShares(mu, 1));
      DensityLine without = line(this::logWithout, this::logWithout);
      if (with == null || without == null) {
        return null;
      }
      double[] probabilities = new double[FINE_SHARES];
      double[] joint = new double[FINE_SHARES];
      for (int p = 0; p < DensityLine.POINTS; p++) {
        double mu = with.from() + p * with.step();
        fillLogs(mu, joint, 1);
        for (int s = 0; s < FINE_SHARES; s++) {
          double depth = with.highest() - joint[s];
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
          with.logTotal() - without.logTotal(),
          priors.physical(parameter, with.mean()),
          with.sd() * priors.sd(parameter));
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

    /** Log of prior times likelihood at a common value, for each share or some of them. */
    private void fillLogs(double mu, double[] logs, int step) {
      double prior = priors.logDensity(parameter, mu);
      for (int s = 0; s < FINE_SHARES; s += step) {
        logs[s] = prior + ofShares[s];
      }
      for (int n = 0; n < SHARES.length; n++) {
        double value = splines[n].at(mu) + objects * logits[n];
        for (int s = 0; s < FINE_SHARES; s += step) {
          logs[s] += weights[n][s] * value;
        }
      }
    }

    private double logOfShares(double mu, int step) {
      double[] logs = new double[FINE_SHARES];
      fillLogs(mu, logs, step);
      double highest = Double.NEGATIVE_INFINITY;
      for (int s = 0; s < FINE_SHARES; s += step) {
        highest = Math.max(highest, logs[s]);
      }
      double sum = 0;
      for (int s = 0; s < FINE_SHARES; s += step) {
        sum += logs[s] > highest - DEEPEST ? Math.exp(logs[s] - highest) : 0;
      }
      return highest + Math.log(sum);
    }

    private double logWithout(double mu) {
      return priors.logDensity(parameter, mu) + splines[0].at(mu) + objects * Math.log(SHARES[0]);
    }

    /**
     * The integral over the common value, around where the density is; null at the end.
     *
     * @param coarse nearly the same density, which takes less time
     */
    private @Nullable DensityLine line(DensityLine.Density coarse, DensityLine.Density density) {
      DensityLine line = DensityLine.of(coarse, -REACH, REACH);
      for (int n = 0; n < NARROWINGS && line != null && line.sd() < RESOLUTION * line.step(); n++) {
        double half = WIDTH * Math.max(line.sd(), line.step());
        line =
            DensityLine.of(
                coarse, Math.max(-REACH, line.mean() - half), Math.min(REACH, line.mean() + half));
      }
      if (line == null) {
        return null;
      }
      DensityLine exact = DensityLine.of(density, line.from(), line.to());
      boolean isKnown = exact != null && Math.abs(exact.mean()) + INSIDE * exact.sd() <= REACH;
      return isKnown ? exact : null;
    }
  }
}
