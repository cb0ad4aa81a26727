package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Arrays;
import java.util.List;

/**
 * The posterior of one object and its reference chains.
 *
 * @param object index of the object
 * @param walkers of all ensembles
 * @param mixing the largest split R-hat of the parameters; 1: the chains agree
 * @param flagged whether the posterior is the flow's because too few samples are effective; it then
 *     has the flag that says so
 * @param parameters each parameter's marginals
 */
public record ChainComparison(
    int object, int walkers, double mixing, boolean flagged, List<ChainMarginal> parameters) {

  /** Whether the chains agree so well that the posterior can be compared with them. */
  @JsonProperty
  public boolean decided() {
    return mixing < SplitMixing.ENOUGH;
  }

  /**
   * Moments of a marginal.
   *
   * @param mean its mean
   * @param sd its standard deviation
   * @param logSdError Monte Carlo error of the logarithm of the standard deviation
   */
  public record ChainMoments(double mean, double sd, double logSdError) {

    /** Of ensembles that know nothing of each other [E][N]; their differences give the error. */
    static ChainMoments of(double[][] ensembles) {
      double[] all = Arrays.stream(ensembles).flatMapToDouble(Arrays::stream).toArray();
      double[] logs =
          Arrays.stream(ensembles).mapToDouble(one -> Math.log(sd(one, mean(one)))).toArray();
      double mean = mean(all);
      return new ChainMoments(
          mean, sd(all, mean), sd(logs, mean(logs)) / Math.sqrt(logs.length - 1.0));
    }

    /** Of parameter d of samples; the error is that of independent ones with their weights. */
    static ChainMoments of(WeightedSamples samples, int d) {
      double mean = samples.mean(d);
      double sd = samples.sd(d);
      double squares = 0;
      for (int s = 0; s < samples.count(); s++) {
        double step = (samples.theta(s, d) - mean) / sd;
        double term = samples.weights()[s] * (step * step - 1);
        squares += term * term;
      }
      return new ChainMoments(mean, sd, 0.5 * Math.sqrt(squares));
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double sd(double[] values, double mean) {
      return Math.sqrt(mean(Arrays.stream(values).map(x -> (x - mean) * (x - mean)).toArray()));
    }
  }

  /**
   * A parameter's two marginals.
   *
   * @param name the parameter
   * @param truth its true value
   * @param chain moments of the chain
   * @param posterior moments of the bundle's posterior
   * @param edges borders of the bins of both densities [n + 1]
   * @param chainDensity density of the chain [n]
   * @param density density of the bundle's posterior [n]
   */
  public record ChainMarginal(
      String name,
      double truth,
      @JsonUnwrapped(prefix = "chain_") ChainMoments chain,
      @JsonUnwrapped ChainMoments posterior,
      double[] edges,
      double[] chainDensity,
      double[] density) {

    private static final int BINS = 30;

    /** Compares the values of ensembles [E][N] with weighted samples of parameter d. */
    static ChainMarginal of(
        String name, double truth, double[][] ensembles, WeightedSamples samples, int d) {
      double[] chain = Arrays.stream(ensembles).flatMapToDouble(Arrays::stream).toArray();
      ChainMoments moments = ChainMoments.of(ensembles);
      double most = 4 * moments.sd();
      double low = Math.max(Arrays.stream(chain).min().orElseThrow(), moments.mean() - most);
      double high = Math.min(Arrays.stream(chain).max().orElseThrow(), moments.mean() + most);
      double[] edges = new double[BINS + 1];
      for (int b = 0; b <= BINS; b++) {
        edges[b] = low + (high - low) * b / BINS;
      }
      double[] chainDensity = new double[BINS];
      double[] density = new double[BINS];
      double width = (high - low) / BINS;
      for (double value : chain) {
        add(chainDensity, (value - low) / width, 1 / (chain.length * width));
      }
      for (int s = 0; s < samples.count(); s++) {
        add(density, (samples.theta(s, d) - low) / width, samples.weights()[s] / width);
      }
      return new ChainMarginal(
          name, truth, moments, ChainMoments.of(samples, d), edges, chainDensity, density);
    }

    private static void add(double[] bins, double position, double share) {
      int bin = (int) Math.floor(position);
      if (bin >= 0 && bin < bins.length) {
        bins[bin] += share;
      }
    }

    /** Difference of the means in standard deviations of the chain. */
    public double shift() {
      return (posterior.mean() - chain.mean()) / chain.sd();
    }

    /** Ratio of the standard deviations. */
    public double width() {
      return posterior.sd() / chain.sd();
    }

    /** Monte Carlo error of the logarithm of this ratio. */
    public double widthError() {
      return Math.hypot(posterior.logSdError(), chain.logSdError());
    }
  }
}
