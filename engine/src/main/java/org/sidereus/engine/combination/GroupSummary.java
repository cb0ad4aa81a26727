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

  /**
   * A summary of which nothing else is known yet: its robust posterior is the factorized one.
   *
   * @param objects number of all objects of the group
   */
  public static Builder of(long objects, FactorizedPosterior factorized) {
    return new Builder(objects, factorized);
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

  /** Parts of a summary by name. */
  public static final class Builder {
    private final long objects;
    private final FactorizedPosterior factorized;
    private double[] robustMean;
    private double[] robustCovariance;
    private SortedMap<ObjectFlag, Long> leftOut = new TreeMap<>();
    private @Nullable Disagreement disagreement;
    private @Nullable Population population;
    private List<OutlierShare> outliers = List.of();
    private @Nullable Misfit misfit;
    private @Nullable ModelErrors modelErrors;
    private @Nullable Double informationLoss;
    private @Nullable Double logEvidence;
    private Set<GroupFlag> flags = Set.of();

    private Builder(long objects, FactorizedPosterior factorized) {
      this.objects = objects;
      this.factorized = factorized;
      robustMean = factorized.mean();
      robustCovariance = factorized.covariance();
    }

    /** The robust posterior. */
    public Builder robust(double[] mean, double[] covariance) {
      robustMean = mean;
      robustCovariance = covariance;
      return this;
    }

    public Builder leftOut(SortedMap<ObjectFlag, Long> byFlag) {
      leftOut = byFlag;
      return this;
    }

    public Builder disagreement(@Nullable Disagreement judged) {
      disagreement = judged;
      return this;
    }

    public Builder population(@Nullable Population judged) {
      population = judged;
      return this;
    }

    public Builder outliers(List<OutlierShare> shares) {
      outliers = shares;
      return this;
    }

    public Builder misfit(@Nullable Misfit judged) {
      misfit = judged;
      return this;
    }

    public Builder modelErrors(@Nullable ModelErrors judged) {
      modelErrors = judged;
      return this;
    }

    public Builder informationLoss(@Nullable Double bits) {
      informationLoss = bits;
      return this;
    }

    public Builder logEvidence(@Nullable Double sum) {
      logEvidence = sum;
      return this;
    }

    public Builder flags(Set<GroupFlag> set) {
      flags = set;
      return this;
    }

    public GroupSummary build() {
      return new GroupSummary(
          objects,
          factorized,
          robustMean,
          robustCovariance,
          leftOut,
          disagreement,
          population,
          outliers,
          misfit,
          modelErrors,
          informationLoss,
          logEvidence,
          flags);
    }
  }
}
