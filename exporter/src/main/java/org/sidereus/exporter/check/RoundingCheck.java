package org.sidereus.exporter.check;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Parameter;

/**
 * Whether samples take all values: a graph in half precision, or a parameter whose values are large
 * beside its errors, gives steps, and a graph that keeps to a range by force gives its ends.
 */
final class RoundingCheck {
  private static final String NAME = "steps of the samples";

  /** Share of the samples that may have the value of another one. */
  private static final double LARGEST_SHARE = 0.1;

  /** Steps below this, in posterior standard deviations, change nothing. */
  private static final double LARGEST_STEP = 0.01;

  /** The digits of a float32 that a float16 does not have. */
  private static final int LOW_DIGITS = 0x1fff;

  private final List<Parameter> parameters;

  RoundingCheck(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /**
   * Looks at samples.
   *
   * @param set hundreds of samples of each object
   */
  Finding finding(SampleSet set) {
    for (int d = 0; d < parameters.size(); d++) {
      for (int b = 0; b < set.objects(); b++) {
        String found = rounding(parameters.get(d).name(), set.column(b, d), set.sd(b, d));
        if (found != null) {
          return Finding.failed(NAME, Fault.ROUNDED, found);
        }
      }
    }
    if (isHalfPrecision(set.logProb())) {
      return Finding.failed(
          NAME,
          Fault.ROUNDED,
          "all values of log_prob are numbers of half precision (float16, bfloat16), whose steps"
              + " are up to 0.4 % of their size; compute the graph in float32");
    }
    return Finding.passed(NAME, "samples have values of their own");
  }

  /** Whether different numbers all have the digits of half precision alone. */
  private static boolean isHalfPrecision(float[] values) {
    boolean half = true;
    boolean differ = false;
    for (float value : values) {
      half &= (Float.floatToRawIntBits(value) & LOW_DIGITS) == 0;
      differ |= value != values[0];
    }
    return half && differ;
  }

  private static @Nullable String rounding(String name, double[] samples, double sd) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double step = Double.POSITIVE_INFINITY;
    int equal = 0;
    int run = 1;
    int longest = 1;
    double most = sorted[0];
    for (int s = 1; s < sorted.length; s++) {
      double gap = sorted[s] - sorted[s - 1];
      equal += gap > 0 ? 0 : 1;
      step = gap > 0 ? Math.min(step, gap) : step;
      run = gap > 0 ? 1 : run + 1;
      if (run > longest) {
        longest = run;
        most = sorted[s];
      }
    }
    if (equal <= LARGEST_SHARE * sorted.length) {
      return null;
    }
    if (step > LARGEST_STEP * sd) {
      return "samples of %s are rounded to steps of %.2g, %.2g posterior standard deviations; compute the graph in float32, and give %s another unit or zero point where its values are large beside its errors"
          .formatted(name, step, step / sd, name);
    }
    if (longest > LARGEST_SHARE * sorted.length) {
      return "%.0f %% of the samples of %s are %.6g: do not set samples to the end of a range, which log_prob does not know; map the range to all numbers, or leave them outside"
          .formatted(100.0 * longest / sorted.length, name, most);
    }
    return null;
  }
}
