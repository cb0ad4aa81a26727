package org.sidereus.exporter.check;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.special.Gamma;
import org.sidereus.engine.bundle.Prior;

/**
 * The integral of a density of which there are samples. For every normalised density g that is zero
 * where the samples' density q is, the mean of g / q over the samples is 1 over the integral of q
 * (Gelfand and Dey 1994, J. R. Stat. Soc. B 56, 501). Here g is a normal density, fitted to one
 * half of the samples, within the ellipsoid of half of its mass (Robert and Wraith 2009), and the
 * mean is that over the other half. Parameters with bounds are replaced by their normal score under
 * the prior, so that g keeps to the bounds.
 */
final class Normalisation {
  /** Largest standard error of an integral that is known. */
  private static final double LARGEST_ERROR = 0.1;

  private static final double TOLERANCE = 0.03;
  private static final double SIGMAS = 6;

  /** Share of the samples in the ellipsoid: with fewer, it says nothing of the others. */
  private static final double SMALLEST_SHARE = 0.1;

  private final List<Prior> priors;
  private final int[] parameters;

  /**
   * A check of the density of some parameters.
   *
   * @param priors of these parameters
   * @param parameters their positions
   */
  Normalisation(List<Prior> priors, int[] parameters) {
    this.priors = priors;
    this.parameters = parameters.clone();
  }

  /**
   * The integral that is farthest from 1, in its errors, of those of all objects.
   *
   * @param error its standard error; not a number where it is not known at all
   */
  record Result(double integral, double error) {
    boolean isKnown() {
      return error <= LARGEST_ERROR * integral;
    }

    boolean isOne() {
      return significance() <= SIGMAS;
    }

    /** Distance from 1 beyond the tolerance, in standard errors. */
    double significance() {
      return Math.max(0, Math.abs(Math.log(integral)) - TOLERANCE) / (error / integral);
    }
  }

  /**
   * The worst of all objects whose integral is known.
   *
   * @param logDensity [B * S]
   */
  Result of(SampleSet set, float[] logDensity) {
    Result worst = new Result(Double.NaN, Double.NaN);
    for (int b = 0; b < set.objects(); b++) {
      Result one = of(set, logDensity, b);
      boolean replaces =
          !worst.isKnown() || (one.isKnown() && one.significance() > worst.significance());
      worst = replaces ? one : worst;
    }
    return worst;
  }

  private Result of(SampleSet set, float[] logDensity, int object) {
    int k = parameters.length;
    int half = set.samples() / 2;
    double[][] z = new double[set.samples()][k];
    double[] logSlope = new double[set.samples()];
    for (int i = 0; i < k; i++) {
      double[] column = set.column(object, parameters[i]);
      boolean bounded = isWithin(priors.get(i), column);
      for (int s = 0; s < column.length; s++) {
        z[s][i] = bounded ? priors.get(i).normalScore(column[s]) : column[s];
        logSlope[s] +=
            bounded
                ? priors.get(i).logDensity(column[s])
                    + 0.5 * (z[s][i] * z[s][i] + Math.log(2 * Math.PI))
                : 0;
      }
    }
    double[] mean = new double[k];
    double[][] covariance = new double[k][k];
    fit(Arrays.copyOf(z, half), mean, covariance);
    RealMatrix root;
    try {
      root = new CholeskyDecomposition(MatrixUtils.createRealMatrix(covariance), 1e-9, 0).getL();
    } catch (MathRuntimeException e) {
      return new Result(Double.NaN, Double.NaN); // the samples lie in a plane
    }
    double radius = Gamma.regularizedGammaP(0.5 * k, 0.5 * k); // mass within r^2 = k
    double constant = -0.5 * k * Math.log(2 * Math.PI) - Math.log(radius);
    for (int i = 0; i < k; i++) {
      constant -= Math.log(root.getEntry(i, i));
    }
    double sum = 0;
    double squares = 0;
    int inside = 0;
    int n = set.samples() - half;
    for (int s = half; s < set.samples(); s++) {
      double square = square(z[s], mean, root);
      if (square < k) {
        double logRatio =
            constant - 0.5 * square + logSlope[s] - logDensity[object * set.samples() + s];
        double ratio = Math.exp(logRatio);
        inside++;
        sum += ratio;
        squares += ratio * ratio;
      }
    }
    if (inside < SMALLEST_SHARE * n) {
      return new Result(Double.NaN, Double.NaN);
    }
    double average = sum / n;
    double variance = squares / n - average * average;
    double error = Math.sqrt(Math.max(variance, 0) / n) / average;
    return new Result(1 / average, error / average);
  }

  private static boolean isWithin(Prior prior, double[] values) {
    boolean hasBounds = Double.isFinite(prior.lower()) || Double.isFinite(prior.upper());
    return hasBounds
        && Arrays.stream(values).allMatch(value -> value > prior.lower() && value < prior.upper());
  }

  private static void fit(double[][] points, double[] mean, double[][] covariance) {
    int k = mean.length;
    for (double[] point : points) {
      for (int i = 0; i < k; i++) {
        mean[i] += point[i] / points.length;
      }
    }
    for (double[] point : points) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          covariance[i][j] += (point[i] - mean[i]) * (point[j] - mean[j]) / points.length;
        }
      }
    }
  }

  private static double square(double[] point, double[] mean, RealMatrix root) {
    double[] w = new double[mean.length];
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      w[i] = point[i] - mean[i];
      for (int j = 0; j < i; j++) {
        w[i] -= root.getEntry(i, j) * w[j];
      }
      w[i] /= root.getEntry(i, i);
      sum += w[i] * w[i];
    }
    return sum;
  }
}
