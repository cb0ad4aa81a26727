package org.sidereus.engine.inference;

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

  /** The same summary with these samples. */
  public ObjectSummary withKept(KeptSamples some) {
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
        some);
  }

  /** A summary that says nothing of errors of the model. */
  public ObjectSummary(
      double[] mean,
      double[] covariance,
      double[][] quantiles,
      int samples,
      double @Nullable [] sharedLogRatio,
      @Nullable LikelihoodCheck check,
      boolean corrected,
      Set<ObjectFlag> flags,
      List<Marginal> derived,
      double @Nullable [][] tails) {
    this(
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
        null,
        null,
        null);
  }

  /** A summary without tails. */
  public ObjectSummary(
      double[] mean,
      double[] covariance,
      double[][] quantiles,
      int samples,
      double @Nullable [] sharedLogRatio,
      @Nullable LikelihoodCheck check,
      boolean corrected,
      Set<ObjectFlag> flags,
      List<Marginal> derived) {
    this(
        mean,
        covariance,
        quantiles,
        samples,
        sharedLogRatio,
        check,
        corrected,
        flags,
        derived,
        null);
  }

  /** A summary without derived quantities. */
  public ObjectSummary(
      double[] mean,
      double[] covariance,
      double[][] quantiles,
      int samples,
      double @Nullable [] sharedLogRatio,
      @Nullable LikelihoodCheck check,
      boolean corrected,
      Set<ObjectFlag> flags) {
    this(mean, covariance, quantiles, samples, sharedLogRatio, check, corrected, flags, List.of());
  }

  /** A summary without a polynomial of the shared parameters. */
  public ObjectSummary(double[] mean, double[] covariance, double[][] quantiles, int samples) {
    this(mean, covariance, quantiles, samples, null);
  }

  /** An uncorrected summary without flags. */
  public ObjectSummary(
      double[] mean,
      double[] covariance,
      double[][] quantiles,
      int samples,
      double @Nullable [] sharedLogRatio) {
    this(mean, covariance, quantiles, samples, sharedLogRatio, null, false, Set.of());
  }

  /** The standard deviation of parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }
}
