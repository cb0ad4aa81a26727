package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * The posterior of one object and its reference chains.
 *
 * @param object index of the object
 * @param times length of the chains together in autocorrelation times
 * @param steps steps of the chains after the burn-in
 * @param mixing the largest split R-hat of the parameters; 1: the chains agree
 * @param parameters each parameter's marginals
 */
public record ChainComparison(
    int object, double times, int steps, double mixing, List<ChainMarginal> parameters) {

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
   */
  public record ChainMoments(double mean, double sd) {}

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

    /** Compares a chain's values with weighted samples of parameter d. */
    static ChainMarginal of(
        String name, double truth, double[] chain, WeightedSamples samples, int d) {
      double mean = 0;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double value : chain) {
        mean += value / chain.length;
      }
      double squares = 0;
      for (double value : chain) {
        squares += (value - mean) * (value - mean) / chain.length;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      double sd = Math.sqrt(squares);
      low = Math.max(low, mean - 4 * sd);
      high = Math.min(high, mean + 4 * sd);
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
          name,
          truth,
          new ChainMoments(mean, sd),
          new ChainMoments(samples.mean(d), samples.sd(d)),
          edges,
          chainDensity,
          density);
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
  }
}
