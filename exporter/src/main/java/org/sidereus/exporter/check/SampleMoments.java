package org.sidereus.exporter.check;

import java.util.Arrays;

/**
 * Mean and standard deviation of the samples of each object, and how far true parameters are from
 * them.
 *
 * @param mean by object and parameter [B][D]
 * @param sd the same
 */
record SampleMoments(double[][] mean, double[][] sd) {
  private static final double ONE_SIGMA = 0.6827;

  /** Mean and standard deviation of the samples of one parameter of one object. */
  private interface Pair {
    double[] of(int object, int parameter);
  }

  /** Of all samples. */
  static SampleMoments of(SampleSet set) {
    return each(set, (b, i) -> new double[] {set.mean(b, i), set.sd(b, i)});
  }

  /**
   * Without the outermost samples.
   *
   * @param left how many are left out at each end
   * @param normalSd what that leaves of the standard deviation of a normal distribution
   */
  static SampleMoments trimmed(SampleSet set, int left, double normalSd) {
    return each(
        set,
        (b, i) -> {
          double[] values = set.column(b, i);
          Arrays.sort(values);
          double[] inner = Arrays.copyOfRange(values, left, values.length - left);
          double centre = Arrays.stream(inner).average().orElse(Double.NaN);
          double square = Arrays.stream(inner).map(v -> (v - centre) * (v - centre)).sum();
          return new double[] {centre, Math.sqrt(square / inner.length) / normalSd};
        });
  }

  private static SampleMoments each(SampleSet set, Pair pair) {
    double[][] mean = new double[set.objects()][set.parameters()];
    double[][] sd = new double[set.objects()][set.parameters()];
    for (int b = 0; b < mean.length; b++) {
      for (int i = 0; i < mean[b].length; i++) {
        double[] both = pair.of(b, i);
        mean[b][i] = both[0];
        sd[b][i] = both[1];
      }
    }
    return new SampleMoments(mean, sd);
  }

  /**
   * The 68 % quantile of the deviations of a true parameter from its posterior, in standard
   * deviations: 1 where posteriors are right.
   *
   * @param parameter of the truths
   * @param from of the samples
   * @param shift of the linear function from the samples to the parameter
   * @param factor of the same
   */
  double deviation(Truths truths, int parameter, int from, double shift, double factor) {
    double[] sizes = new double[mean.length];
    for (int b = 0; b < sizes.length; b++) {
      sizes[b] =
          Math.abs(truths.inputs().get(b)[parameter] - (shift + factor * mean[b][from]))
              / (Math.abs(factor) * sd[b][from] + Double.MIN_NORMAL);
    }
    return new Quantiles(sizes).at(ONE_SIGMA);
  }

  /** The largest of some deviations; infinite where one is not a number. */
  static double largest(double[] deviations) {
    double largest = 0;
    for (double deviation : deviations) {
      largest = Double.isNaN(deviation) ? Double.POSITIVE_INFINITY : Math.max(largest, deviation);
    }
    return largest;
  }

  /** The largest logarithm of some deviations: 0 where they are all right. */
  static double mismatch(double[] deviations) {
    return largest(Arrays.stream(deviations).map(one -> Math.abs(Math.log(one))).toArray());
  }
}
