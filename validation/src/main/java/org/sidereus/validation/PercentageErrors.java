package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Absolute percentage errors of the posterior means of one parameter.
 *
 * @param median median over the objects
 * @param counts objects in each of equal bins of the error
 * @param binWidth width of these bins in per cent; what is beyond the last is not counted
 */
public record PercentageErrors(
    @JsonProperty("median_ape") double median,
    @JsonProperty("ape_counts") int[] counts,
    @JsonProperty("ape_bin_width") double binWidth) {
  private static final int BINS = 40;

  /**
   * The errors of all objects.
   *
   * @param errors absolute percentage errors [N]
   */
  static PercentageErrors of(double[] errors) {
    double median = Medians.of(errors);
    double width = 5 * Math.max(median, 1e-12) / BINS;
    int[] counts = new int[BINS];
    for (double error : errors) {
      if (error < width * BINS) {
        counts[(int) (error / width)]++;
      }
    }
    return new PercentageErrors(median, counts, width);
  }
}
