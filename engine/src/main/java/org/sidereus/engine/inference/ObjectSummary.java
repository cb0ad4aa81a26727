package org.sidereus.engine.inference;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The posterior of one object in numbers. The arrays are not copied; do not change them.
 *
 * @param mean [D], in the parameters' units
 * @param covariance [D * D], row by row, in products of the parameters' units; normalised by the
 *     number of samples, or by the sum of their weights where {@code corrected}
 * @param quantiles [D][3]: the 16, 50 and 84 % quantiles of each parameter
 * @param samples number of posterior samples behind the numbers
 * @param sharedLogRatio logarithm of posterior over prior of the shared parameters, as coefficients
 *     in {@link org.sidereus.engine.polynomial.SharedCoordinates}; null where there is none
 * @param check what the likelihood says; null where the bundle's graph does not evaluate it
 * @param corrected whether the samples were weighted by prior times likelihood over flow density
 * @param flags what else is to be known
 * @param derived posteriors of the bundle's derived quantities [K]
 * @param tails [D][2]: the 2.5 and 97.5 % quantiles of each parameter; null where they are not
 *     known
 * @param modelErrors what the object says of errors of the model, in the layout of {@link
 *     ModelErrorLayout}; null where it says nothing
 * @param slopeNoise covariance of the Monte Carlo error of the gradient of the log ratio, as {@link
 *     org.sidereus.engine.polynomial.SharedFit#slopeNoise()}; null where it is not known
 * @param kept some of the samples; null unless {@link EngineOptions#keptSamples()} asks for them
 */
public record ObjectSummary(
    double[] mean,
    double[] covariance,
    double[][] quantiles,
    int samples,
    double @Nullable [] sharedLogRatio,
    @Nullable LikelihoodCheck check,
    boolean corrected,
    Set<ObjectFlag> flags,
    List<Marginal> derived,
    double @Nullable [][] tails,
    double @Nullable [] modelErrors,
    double @Nullable [] slopeNoise,
    @Nullable KeptSamples kept) {

  /** With fewer effective samples, quantiles would be a few samples' values. */
  public static final double FEWEST_EFFECTIVE_SAMPLES = 50;

  public ObjectSummary {
    int d = mean.length;
    if (covariance.length != d * d || quantiles.length != d) {
      throw new IllegalArgumentException(
          d
              + " means need a covariance of "
              + d * d
              + " and quantiles of "
              + d
              + " entries, not "
              + covariance.length
              + " and "
              + quantiles.length);
    }
    flags = Set.copyOf(flags);
    derived = List.copyOf(derived);
  }

  /** An uncorrected summary without flags, and without anything else that may be unknown. */
  public ObjectSummary(double[] mean, double[] covariance, double[][] quantiles, int samples) {
    this(
        mean,
        covariance,
        quantiles,
        samples,
        null,
        null,
        false,
        Set.of(),
        List.of(),
        null,
        null,
        null,
        null);
  }

  /** A builder of summaries that say more than their moments and quantiles. */
  public static Builder builder(
      double[] mean, double[] covariance, double[][] quantiles, int samples) {
    return new ObjectSummary(mean, covariance, quantiles, samples).toBuilder();
  }

  /** A builder that begins with all of this summary. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** The same summary with these samples. */
  public ObjectSummary withKept(KeptSamples some) {
    return toBuilder().kept(some).build();
  }

  /**
   * This summary with the posterior that other samples of the same object give. What the object
   * says of shared parameters and of errors of the model, and where it is beyond the training,
   * remains.
   */
  ObjectSummary withPosterior(ObjectSummary other) {
    Set<ObjectFlag> of = new HashSet<>(flags);
    of.remove(ObjectFlag.MODEL_MISFIT);
    if (other.flags.contains(ObjectFlag.MODEL_MISFIT)) {
      of.add(ObjectFlag.MODEL_MISFIT);
    }
    return builder(other.mean, other.covariance, other.quantiles, other.samples)
        .check(other.check)
        .corrected(other.corrected)
        .derived(other.derived)
        .tails(other.tails)
        .kept(other.kept)
        .flags(of)
        .sharedLogRatio(sharedLogRatio)
        .modelErrors(modelErrors)
        .slopeNoise(slopeNoise)
        .build();
  }

  /** The standard deviation of parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }

  /** Makes a summary. What is not set is unknown or empty. Not thread-safe. */
  public static final class Builder {
    private final double[] mean;
    private final double[] covariance;
    private final double[][] quantiles;
    private final int samples;
    private double @Nullable [] sharedLogRatio;
    private @Nullable LikelihoodCheck check;
    private boolean corrected;
    private Set<ObjectFlag> flags;
    private List<Marginal> derived;
    private double @Nullable [][] tails;
    private double @Nullable [] modelErrors;
    private double @Nullable [] slopeNoise;
    private @Nullable KeptSamples kept;

    private Builder(ObjectSummary from) {
      mean = from.mean;
      covariance = from.covariance;
      quantiles = from.quantiles;
      samples = from.samples;
      sharedLogRatio = from.sharedLogRatio;
      check = from.check;
      corrected = from.corrected;
      flags = from.flags;
      derived = from.derived;
      tails = from.tails;
      modelErrors = from.modelErrors;
      slopeNoise = from.slopeNoise;
      kept = from.kept;
    }

    /** Sets {@link ObjectSummary#sharedLogRatio()}. */
    public Builder sharedLogRatio(double @Nullable [] sharedLogRatio) {
      this.sharedLogRatio = sharedLogRatio;
      return this;
    }

    /** Sets {@link ObjectSummary#check()}. */
    public Builder check(@Nullable LikelihoodCheck check) {
      this.check = check;
      return this;
    }

    /** Sets {@link ObjectSummary#corrected()}. */
    public Builder corrected(boolean corrected) {
      this.corrected = corrected;
      return this;
    }

    /** Sets {@link ObjectSummary#flags()}. */
    public Builder flags(Set<ObjectFlag> flags) {
      this.flags = flags;
      return this;
    }

    /** Sets {@link ObjectSummary#derived()}. */
    public Builder derived(List<Marginal> derived) {
      this.derived = derived;
      return this;
    }

    /** Sets {@link ObjectSummary#tails()}. */
    public Builder tails(double @Nullable [][] tails) {
      this.tails = tails;
      return this;
    }

    /** Sets {@link ObjectSummary#modelErrors()}. */
    public Builder modelErrors(double @Nullable [] modelErrors) {
      this.modelErrors = modelErrors;
      return this;
    }

    /** Sets {@link ObjectSummary#slopeNoise()}. */
    public Builder slopeNoise(double @Nullable [] slopeNoise) {
      this.slopeNoise = slopeNoise;
      return this;
    }

    /** Sets {@link ObjectSummary#kept()}. */
    public Builder kept(@Nullable KeptSamples kept) {
      this.kept = kept;
      return this;
    }

    /** The summary. */
    public ObjectSummary build() {
      return new ObjectSummary(
          mean,
          covariance,
          quantiles,
          samples,
          sharedLogRatio,
          check,
          corrected,
          flags,
          derived,
          tails,
          modelErrors,
          slopeNoise,
          kept);
    }
  }
}
