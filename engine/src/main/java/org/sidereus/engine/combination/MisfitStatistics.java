package org.sidereus.engine.combination;

import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * Judges from sums alone whether the model reproduces what was measured of a group's objects.
 *
 * <p>If model and errors are right, data and a posterior draw have the same joint distribution as
 * data and truth. Then the posterior mean of chi-square is on average the number M of measured
 * quantities. Its variance is between 2 (M - D) and 2 M, with D the number of parameters: the
 * posterior gives what the parameters absorb back, as a constant. It is taken as M + max(1, M - D).
 * A larger sum than chance allows is an error of the model (or of the stated errors).
 *
 * <p>The D parameters of an object can absorb D of the M directions of such an error: it is not
 * visible there, and shifts the parameters. Assume that the error has the same size in all M
 * directions. Then the parameters of one object are off by their standard deviations times the root
 * of
 *
 * <pre>  (sum chi-square - sum M) / sum max(1, M - D)
 * </pre>
 *
 * <p>and those of the group by as much, since an error of the model is common to its objects. The
 * objects that the model fits worst are left out before, so that the sum of the others says too
 * little: the factor is 1 at least. Thread-safe and without state.
 */
final class MisfitStatistics {
  /**
   * A mean chi-square up to this share above the number of measured quantities counts as no misfit.
   * Near the edge of the prior a right model reaches 1.15, because the prior shifts the posterior.
   */
  static final double TOLERANCE = 0.25;

  /**
   * Standard deviation of the mean chi-square of a right model from group to group, as a share of
   * the number of measured quantities, beyond chance.
   */
  private static final double TOLERATED_SPREAD = 0.08;

  /** One object counts for no more than this times its number of measured quantities. */
  static final double LARGEST_RATIO = 10;

  /** Chi-square, measured quantities, and those beyond the parameters of the object. */
  static final int LENGTH = 3;

  private final int parameters;
  private final SharedPriors priors;

  MisfitStatistics(Manifest manifest) {
    parameters = manifest.parameters().size();
    priors = new SharedPriors(manifest);
  }

  /**
   * Writes what an object adds.
   *
   * @param check null: the likelihood is not known, and the object adds nothing
   * @param contribution filled with {@value #LENGTH} entries from {@code at} on
   */
  void fill(@Nullable LikelihoodCheck check, double[] contribution, int at) {
    if (check == null || check.measured() == 0 || Double.isNaN(check.chiSquare())) {
      return;
    }
    contribution[at] = Math.min(check.chiSquare(), LARGEST_RATIO * check.measured());
    contribution[at + 1] = check.measured();
    contribution[at + 2] = Math.max(1, check.measured() - parameters);
  }

  /**
   * The judgement of a group.
   *
   * @param natural begins with the sum of the contributions of {@link GaussianFactorization}
   * @param sums begins at {@code at} with the sum of what the objects added
   * @param isSelection whether so many objects are left out as misfits that the others say too
   *     little of the misfit
   * @return null where the likelihood of no object is known
   */
  @Nullable Misfit judge(
      long objects, double[] natural, double[] sums, int at, boolean isSelection) {
    double chiSquare = sums[at];
    double measured = Math.rint(sums[at + 1]);
    if (objects == 0 || !(measured > 0)) {
      return null;
    }
    double pValue =
        Gamma.regularizedGammaQ(measured / 2, Math.max(0, chiSquare) / (1 + TOLERANCE) / 2);
    int k = priors.size();
    double[] widening = new double[k * k];
    double beyond = sums[at + 2];
    boolean isMisfit =
        isSelection
            || pValue < Misfit.SIGNIFICANCE
            || byChance(chiSquare, measured, beyond) < Misfit.SIGNIFICANCE;
    if (isMisfit && k > 0) {
      double excess = Math.max(1, (chiSquare - measured) / beyond);
      RealMatrix one = covarianceOfOne(objects, natural);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          widening[i * k + j] = excess * one.getEntry(i, j) * priors.sd(i) * priors.sd(j);
        }
      }
    }
    return new Misfit(chiSquare / measured, pValue, isMisfit, widening);
  }

  /**
   * Probability of such a chi-square or a larger one by chance: a scaled chi-square distribution of
   * the same mean and variance (Satterthwaite 1946).
   *
   * @param beyond sum of max(1, M - D)
   */
  private static double byChance(double chiSquare, double measured, double beyond) {
    double tolerated = TOLERATED_SPREAD * measured;
    double variance = measured + beyond + tolerated * tolerated;
    double shape = measured * measured / variance;
    return Gamma.regularizedGammaQ(shape, Math.max(0, chiSquare) * measured / variance);
  }

  /** Posterior covariance of a typical object, standardised; the prior's where there is none. */
  private RealMatrix covarianceOfOne(long objects, double[] natural) {
    int k = priors.size();
    RealMatrix precision = MatrixUtils.createRealIdentityMatrix(k);
    NaturalLayout layout = new NaturalLayout(k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double mean = natural[layout.precision(i, j)] / objects;
        precision.addToEntry(i, j, mean);
        if (i != j) {
          precision.addToEntry(j, i, mean);
        }
      }
    }
    RealMatrix covariance = PositiveMatrix.inverse(precision);
    return covariance == null ? MatrixUtils.createRealIdentityMatrix(k) : covariance;
  }
}
