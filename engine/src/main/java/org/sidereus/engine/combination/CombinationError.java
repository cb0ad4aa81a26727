package org.sidereus.engine.combination;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Estimates the Monte Carlo error of a group's posterior from sums alone. The slope of each
 * object's log likelihood has an error with a covariance N_i ({@link ObjectSummary#slopeNoise()}),
 * and the errors of different objects are taken as independent. The group's mean then has an error
 * with covariance C N C, with C the group's posterior covariance and N the sum, and the information
 * that is lost is
 *
 * <pre>  tr(N C) / (2 ln 2) bits</pre>
 *
 * <p>the expected divergence of the posterior from one whose mean has no error (the criterion of
 * Heinzel and Vitale 2025 for populations of mergers, who ask for less than 0.2 bits). Errors that
 * the objects have in common are not in it: those of the emulator, which {@link
 * ModelErrors#emulatorLoss()} estimates, and those of the polynomials, which have the same degree
 * and the same sample points. The latter move each object by a small share of its standard
 * deviation ({@value #COMMON_ERROR}), all to the same side: {@link #ofPolynomials}.
 *
 * <p>N_i holds where the object is. Where its group is far away, the polynomial is less exact:
 * {@link #ofFarObjects}. Thread-safe and without state.
 */
final class CombinationError {
  /** What the polynomials of a group have in common, in standard deviations of one object. */
  static final double COMMON_ERROR = 0.007;

  /**
   * Error of the slope of an object's polynomial at the place of its group, over what its distance
   * from there makes of the slope.
   */
  static final double FAR_ERROR = 0.1;

  private final int k;
  private final SharedPriors priors;

  CombinationError(Manifest manifest) {
    int shared = manifest.sharedParameters().size();
    k = shared <= SharedCoordinates.MOST_PARAMETERS ? shared : 0;
    priors = new SharedPriors(manifest);
  }

  /** A count, then the lower triangle of N. */
  int length() {
    return k == 0 ? 0 : 1 + k * (k + 1) / 2;
  }

  /** Writes what an object adds, from {@code at} on. */
  void fill(ObjectSummary posterior, double[] contribution, int at) {
    double[] noise = posterior.slopeNoise();
    if (k == 0 || noise == null) {
      return;
    }
    contribution[at] = 1;
    System.arraycopy(noise, 0, contribution, at + 1, noise.length);
  }

  /**
   * The information that is lost, in bits.
   *
   * @param group of two or more objects
   * @param sum begins at {@code at} with the sum of what the objects added
   * @return null where the error of an object is not known
   */
  @Nullable Double informationLoss(FactorizedPosterior group, double[] sum, int at) {
    if (k == 0 || group.objects() < 2 || Math.round(sum[at]) != group.objects()) {
      return null;
    }
    double trace = 0;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        int row = Math.max(i, j);
        double noise = sum[at + 1 + row * (row + 1) / 2 + Math.min(i, j)];
        trace += noise * group.covariance()[i * k + j] / (priors.sd(i) * priors.sd(j));
      }
    }
    return trace >= 0 && Double.isFinite(trace) ? trace / (2 * Math.log(2)) : null;
  }

  /**
   * The variance of the group's mean by what its polynomials have in common, as a share of the
   * variance of its posterior, in each direction. It grows with the number of objects.
   *
   * @param sum begins at {@code at} with the sum of what the objects added
   */
  double ofPolynomials(double[] sum, int at) {
    return k == 0 ? 0 : COMMON_ERROR * COMMON_ERROR * Math.round(sum[at]);
  }

  /**
   * The information that is lost, in bits, because objects are farther from their group than their
   * posteriors say. An object at the distance d, in its standard deviations, has the slope d there,
   * and the error of its polynomial's slope is {@value #FAR_ERROR} d. The scatter that objects have
   * beyond the allowed one is the sum of d^2 over all of them: S - E of {@link ScatterStatistics}.
   *
   * @param disagreement null where it is not known
   */
  double ofFarObjects(@Nullable Disagreement disagreement) {
    if (disagreement == null) {
      return 0;
    }
    double excess = k * Math.max(0, disagreement.ratio() - 1);
    return FAR_ERROR * FAR_ERROR * excess / (2 * Math.log(2));
  }
}
