package org.sidereus.engine.combination;

import java.util.Arrays;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * Combination of the shared parameters in the Gaussian approximation, with full covariances: Buck
 * et al. (2025), equation 5. (Their equations 8 and 9, as printed, have the sign of the prior's
 * term reversed.)
 *
 * <p>The posterior of n objects with independent data is proportional to prior^(1-n) times the
 * product of their posteriors, so object i contributes, beyond the prior, its natural parameters
 *
 * <pre>  precision_i - precision_prior   and   precision_i mean_i - precision_prior mean_prior
 * </pre>
 *
 * and the group is the prior plus the sum: the prior is divided out once for each object and put
 * back once. Contributions are kept in standardised parameters (theta - prior mean) / prior sd, in
 * which the prior's precision is the identity and its mean is 0: the same numbers up to a linear
 * map, and no digits are lost to units. A prior that is not normal enters with its mean and
 * variance.
 *
 * <p>The posterior of one object can be wider than the prior in some direction (a broad or
 * two-peaked posterior). Its contribution to the precision is then negative. On average the sum is
 * right, so the contribution is not changed if the object's importance weights support it ({@link
 * #isSupported}). If they do not, the object contributes nothing in such a direction (an
 * eigenvector of its contribution to the precision): the flow alone does not reduce what other
 * objects contribute.
 *
 * <p>The group's precision must always be positive. If in some direction (an eigenvector of the
 * group's precision in standardised parameters) the group's variance would be more than ten times
 * the prior's, or negative, the sum is not used in that direction, and the group keeps the prior
 * there. This depends on the sum only, hence not on the order of the objects.
 */
final class GaussianFactorization implements Factorization {
  /** Smallest eigenvalue of the group's precision, in units of the prior's, that is used. */
  private static final double LEAST_PRECISION = 0.1;

  private final int parameters;
  private final int[] shared;
  private final SharedPriors priors;
  private final NaturalLayout layout;

  /**
   * The combiner of a bundle.
   *
   * @param manifest its shared parameters are combined; a bundle without any gives groups without
   *     parameters
   */
  GaussianFactorization(Manifest manifest) {
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    priors = new SharedPriors(manifest);
    layout = new NaturalLayout(shared.length);
  }

  /** K (K + 1) / 2 entries of the precision, row by row up to the diagonal, then K of the mean. */
  @Override
  public int length() {
    return layout.length();
  }

  @Override
  public String family() {
    return "gaussian";
  }

  @Override
  public double[] contribution(ObjectSummary posterior) {
    double[] natural = natural(posterior);
    return isSupported(posterior) ? natural : withoutNegativeDirections(natural);
  }

  /**
   * Whether the samples of an object support its posterior: they were weighted by its likelihood,
   * or there is no likelihood to ask.
   */
  static boolean isSupported(ObjectSummary posterior) {
    return posterior.corrected() || posterior.check() == null;
  }

  /**
   * Natural parameters without the directions in which the precision beyond the prior is negative.
   */
  private double[] withoutNegativeDirections(double[] natural) {
    int k = shared.length;
    double[][] precision = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        precision[i][j] = natural[layout.precision(i, j)];
      }
    }
    if (k == 0 || allAbove(precision, 0)) {
      return natural;
    }
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(precision));
    double[] bounded = new double[natural.length];
    for (int e = 0; e < k; e++) {
      double value = eigen.getEigenvalue(e);
      double[] direction = eigen.getEigenvector(e).toArray();
      double along = 0;
      for (int i = 0; i < k; i++) {
        along += direction[i] * natural[layout.shift(i)];
      }
      for (int i = 0; i < k && value > 0; i++) {
        bounded[layout.shift(i)] += along * direction[i];
        for (int j = 0; j <= i; j++) {
          bounded[layout.precision(i, j)] += value * direction[i] * direction[j];
        }
      }
    }
    return bounded;
  }

  /**
   * The natural parameters of an object's posterior beyond the prior, as they are.
   *
   * @throws InferenceException if the posterior is degenerate
   */
  double[] natural(ObjectSummary posterior) {
    if (posterior.mean().length != parameters) {
      throw new IllegalArgumentException(
          "a posterior of "
              + posterior.mean().length
              + " parameters does not fit a bundle of "
              + parameters);
    }
    int k = shared.length;
    double[] mean = new double[k];
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      mean[i] = priors.standardised(i, posterior.mean()[shared[i]]);
      for (int j = 0; j < k; j++) {
        double c =
            posterior.covariance()[shared[i] * parameters + shared[j]]
                + posterior.covariance()[shared[j] * parameters + shared[i]];
        covariance[i][j] = 0.5 * c / (priors.sd(i) * priors.sd(j));
      }
    }
    double[] contribution = new double[length()];
    double[][] precision = k == 0 ? new double[0][0] : inverse(covariance);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        contribution[layout.precision(i, j)] = precision[i][j] - (i == j ? 1 : 0);
      }
      for (int j = 0; j < k; j++) {
        contribution[layout.shift(i)] += precision[i][j] * mean[j];
      }
    }
    if (!Arrays.stream(contribution).allMatch(Double::isFinite)) {
      throw new InferenceException("the posterior has a mean or covariance that is not finite");
    }
    return contribution;
  }

  @Override
  public FactorizedPosterior combine(long objects, double[] sum) {
    if (sum.length != length()) {
      throw new IllegalArgumentException(
          "a sum of " + sum.length + " entries does not fit " + shared.length + " parameters");
    }
    int k = shared.length;
    double[][] precision = new double[k][k];
    double[] shift = new double[k];
    // an empty group is the prior, whatever rounding left in the sum
    double[] natural = objects == 0 ? new double[sum.length] : sum;
    for (int i = 0; i < k; i++) {
      shift[i] = natural[layout.shift(i)];
      for (int j = 0; j <= i; j++) {
        precision[i][j] = natural[layout.precision(i, j)] + (i == j ? 1 : 0);
        precision[j][i] = precision[i][j];
      }
    }
    return k == 0
        ? FactorizedPosterior.gaussian(objects, new double[0], new double[0])
        : inUnits(objects, precision, shift);
  }

  /** The Gaussian posterior of one object from its natural parameters, whatever its precision. */
  FactorizedPosterior exact(double[] natural) {
    int k = shared.length;
    double[][] precision = new double[k][k];
    double[] mean = new double[k];
    double[] flat = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        precision[i][j] = natural[layout.precision(i, j)] + (i == j ? 1 : 0);
      }
    }
    double[][] covariance = k == 0 ? precision : inverse(precision);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        mean[i] += covariance[i][j] * natural[layout.shift(j)];
        flat[i * k + j] = covariance[i][j] * priors.sd(i) * priors.sd(j);
      }
      mean[i] = priors.physical(i, mean[i]);
    }
    return FactorizedPosterior.gaussian(1, mean, flat);
  }

  private FactorizedPosterior inUnits(long objects, double[][] precision, double[] shift) {
    double[][] covariance;
    double[] believed = shift;
    if (allAbove(precision, LEAST_PRECISION)) {
      covariance = inverse(precision);
    } else {
      EigenDecompositionSymmetric eigen =
          new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(precision));
      covariance = new double[shift.length][shift.length];
      believed = new double[shift.length];
      for (int e = 0; e < shift.length; e++) {
        double[] direction = eigen.getEigenvector(e).toArray();
        double value = eigen.getEigenvalue(e);
        boolean isPrior = value < LEAST_PRECISION;
        double along = 0;
        for (int i = 0; i < shift.length; i++) {
          along += direction[i] * shift[i];
        }
        for (int i = 0; i < shift.length; i++) {
          believed[i] += isPrior ? 0 : along * direction[i];
          for (int j = 0; j < shift.length; j++) {
            covariance[i][j] += direction[i] * direction[j] / (isPrior ? 1 : value);
          }
        }
      }
    }
    int k = shift.length;
    double[] mean = new double[k];
    double[] flat = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        mean[i] += covariance[i][j] * believed[j];
        flat[i * k + j] = covariance[i][j] * priors.sd(i) * priors.sd(j);
      }
      mean[i] = priors.physical(i, mean[i]);
    }
    return FactorizedPosterior.gaussian(objects, mean, flat);
  }

  private static boolean allAbove(double[][] matrix, double floor) {
    double[][] shifted = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      shifted[i] = matrix[i].clone();
      shifted[i][i] -= floor;
    }
    return PositiveMatrix.isPositive(shifted);
  }

  private static double[][] inverse(double[][] covariance) {
    double[][] inverse = PositiveMatrix.inverse(covariance);
    if (inverse == null) {
      throw new InferenceException(
          "the posterior has no variance in some direction of the shared parameters");
    }
    return inverse;
  }
}
