package org.sidereus.engine.combination;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.inference.ObjectFlag;

/**
 * What is known of a group. The arrays are not copied; do not change them.
 *
 * @param objects number of all objects of the group, with those that are left out
 * @param factorized the posterior if all objects share the parameters and the model is right
 * @param robustMean mean [K] of the robust posterior, in the parameters' units: that of the
 *     factorized one, or with the {@link ModelErrors} allowed for; that of the prior where the
 *     flags say that the factorized posterior is no measurement ({@link GroupFlag#OUT_OF_SUPPORT},
 *     {@link GroupFlag#UNRELIABLE})
 * @param robustCovariance covariance [K * K] of the robust posterior, row by row, in products of
 *     the units: that of the factorized one, and what the errors of the model, the disagreement of
 *     the objects and the misfit add to it; that of the prior where the mean is the prior's
 * @param leftOut number of objects that are left out, by flag; an object with several flags counts
 *     for each of them; without the flags that no object has
 * @param disagreement of the objects; null where it cannot be judged, as with fewer than two
 * @param population the posterior if the objects' parameters scatter about a common centre; null
 *     where it is not known, as with fewer than two objects, with more than {@value
 *     PopulationStatistics#MOST_PARAMETERS} shared parameters, and for groups that are combined in
 *     the Gaussian approximation
 * @param outliers share of outliers in each shared parameter of which it is known, in their order;
 *     empty for fewer than two objects, with more than {@value OutlierStatistics#MOST_PARAMETERS}
 *     shared parameters, and for groups that are combined in the Gaussian approximation
 * @param misfit of the model; null where the likelihood of no object is known
 * @param modelErrors errors of the model that the objects have in common; null where they cannot be
 *     judged, as with few objects or a bundle whose graph gives no residuals
 * @param informationLoss information that the Monte Carlo error of the combination and the error of
 *     the emulator lose, in bits; null where it is not known, as for fewer than two combined
 *     objects
 * @param logEvidence sum of the log evidences of all objects, also of those that are left out
 *     (natural logarithm, of densities in the observables' units); null unless each of them has one
 * @param flags what a reader must know
 */
public record GroupSummary(
    long objects,
    FactorizedPosterior factorized,
    double[] robustMean,
    double[] robustCovariance,
    SortedMap<ObjectFlag, Long> leftOut,
    @Nullable Disagreement disagreement,
    @Nullable Population population,
    List<OutlierShare> outliers,
    @Nullable Misfit misfit,
    @Nullable ModelErrors modelErrors,
    @Nullable Double informationLoss,
    @Nullable Double logEvidence,
    Set<GroupFlag> flags) {
  public GroupSummary {
    leftOut = Collections.unmodifiableSortedMap(new TreeMap<>(leftOut));
    outliers = List.copyOf(outliers);
    flags = Set.copyOf(flags);
  }

  /** Number of objects that are combined. */
  public long combined() {
    return factorized.objects();
  }

  /** Number of objects that are left out. */
  public long leftOutObjects() {
    return objects - combined();
  }

  /**
   * Whether the factorized posterior is a measurement: neither {@link GroupFlag#OUT_OF_SUPPORT} nor
   * {@link GroupFlag#UNRELIABLE} is set.
   */
  public boolean isMeasurement() {
    return !flags.contains(GroupFlag.OUT_OF_SUPPORT) && !flags.contains(GroupFlag.UNRELIABLE);
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

  /** The standard deviation of shared parameter i by the robust posterior. */
  public double robustSd(int i) {
    return Math.sqrt(robustCovariance[i * mean().length + i]);
  }
}
