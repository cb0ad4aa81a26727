package org.sidereus.engine.combination;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a group. The arrays are not copied; do not change them.
 *
 * @param factorized the posterior if all objects share the parameters and the model is right
 * @param disagreement of the objects; null where it cannot be judged, as with fewer than two
 * @param misfit of the model; null where the likelihood of no object is known
 * @param logEvidence sum of the log evidences of the objects (natural logarithm, of densities in
 *     the observables' units); null unless every object has one
 * @param flags what a reader must know
 */
public record GroupSummary(
    FactorizedPosterior factorized,
    @Nullable Disagreement disagreement,
    @Nullable Misfit misfit,
    @Nullable Double logEvidence,
    Set<GroupFlag> flags) {
  public GroupSummary {
    flags = Set.copyOf(flags);
  }

  /** Number of objects combined. */
  public long objects() {
    return factorized.objects();
  }

  /** Mean [K] of the factorized posterior, in the parameters' units. */
  public double[] mean() {
    return factorized.mean();
  }

  /** Covariance [K * K] of the factorized posterior, row by row, in products of the units. */
  public double[] covariance() {
    return factorized.covariance();
  }

  /** The standard deviation of shared parameter i by the factorized posterior. */
  public double sd(int i) {
    return factorized.sd(i);
  }

  /** The correlation of shared parameters i and j by the factorized posterior. */
  public double correlation(int i, int j) {
    return factorized.correlation(i, j);
  }

  /** Mean [K] of the robust posterior: that of the factorized one, in the parameters' units. */
  public double[] robustMean() {
    return factorized.mean();
  }

  /**
   * Covariance [K * K] of the robust posterior: that of the factorized one, and what the
   * disagreement of the objects and the misfit of the model add to it.
   */
  public double[] robustCovariance() {
    double[] covariance = factorized.covariance().clone();
    if (disagreement != null) {
      add(covariance, disagreement.widening());
    }
    if (misfit != null) {
      add(covariance, misfit.widening());
    }
    return covariance;
  }

  private static void add(double[] covariance, double[] widening) {
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] += widening[i];
    }
  }

  /** The standard deviation of shared parameter i by the robust posterior. */
  public double robustSd(int i) {
    return Math.sqrt(robustCovariance()[i * mean().length + i]);
  }
}
