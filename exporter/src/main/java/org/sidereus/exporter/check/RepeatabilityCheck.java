package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Whether a posterior is that of its object alone: the same again, in any batch, for any S. */
final class RepeatabilityCheck {
  /** Largest change that is rounding, in posterior standard deviations and in log_prob. */
  private static final double TOLERANCE = 1e-3;

  private final PosteriorRun posterior;
  private final List<float[]> rows;
  private final float[] noise;

  /**
   * A check.
   *
   * @param noise [S * D], S even
   */
  RepeatabilityCheck(PosteriorRun posterior, List<float[]> rows, float[] noise) {
    this.posterior = posterior;
    this.rows = rows;
    this.noise = noise;
  }

  List<Finding> findings() {
    SampleSet all = posterior.run(rows, noise);
    SampleSet again = posterior.run(rows, noise);
    if (!same(all, again)) {
      return List.of(
          Finding.failed(
              "determinism",
              Fault.NOT_DETERMINISTIC,
              "the same features and noise give other samples, by up to "
                  + deviation(all, 0, again, 0, all.samples())
                  + " sd; export the graph for evaluation, without dropout"));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.passed("determinism", "the same inputs give the same bits"));
    findings.add(
        finding(
            "independence of the batch",
            Fault.DEPENDS_ON_BATCH,
            acrossBatches(all),
            "an object alone has other samples than in a batch",
            "export the graph for evaluation, without batch normalisation of the batch at hand"));
    findings.add(
        finding(
            "independence of the number of samples",
            Fault.DEPENDS_ON_SAMPLES,
            acrossSamples(all),
            "a sample is another one when fewer are drawn",
            "compute each sample from its own noise"));
    return findings;
  }

  private static boolean same(SampleSet one, SampleSet other) {
    return Arrays.equals(one.theta(), other.theta())
        && Arrays.equals(one.logProb(), other.logProb())
        && one.others().entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.others().get(entry.getKey())));
  }

  private double acrossBatches(SampleSet all) {
    double largest = 0;
    List<float[]> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    SampleSet other = posterior.run(reversed, noise);
    for (int b = 0; b < rows.size(); b++) {
      largest = Math.max(largest, deviation(all, b, other, rows.size() - 1 - b, all.samples()));
      SampleSet alone = posterior.run(List.of(rows.get(b)), noise);
      largest = Math.max(largest, deviation(all, b, alone, 0, all.samples()));
    }
    return largest;
  }

  private double acrossSamples(SampleSet all) {
    float[] first = Arrays.copyOf(noise, noise.length / 2);
    SampleSet fewer = posterior.run(rows, first);
    double largest = 0;
    for (int b = 0; b < rows.size(); b++) {
      largest = Math.max(largest, deviation(all, b, fewer, b, fewer.samples()));
    }
    return largest;
  }

  /** Largest difference of the first samples of two objects; not a number where one is none. */
  private static double deviation(SampleSet a, int objectA, SampleSet b, int objectB, int count) {
    double largest = 0;
    for (int d = 0; d < a.parameters(); d++) {
      double sd = a.sd(objectA, d);
      for (int s = 0; s < count; s++) {
        double one = a.theta(objectA, s, d);
        double difference = Math.abs(one - b.theta(objectB, s, d));
        largest = Math.max(largest, difference / (sd + 1e-6 * Math.abs(one) + Double.MIN_NORMAL));
      }
    }
    for (int s = 0; s < count; s++) {
      double one = a.logProb(objectA, s);
      double difference = Math.abs(one - b.logProb(objectB, s));
      largest = Math.max(largest, difference / Math.max(1, Math.abs(one)));
    }
    for (Map.Entry<String, float[]> output : a.others().entrySet()) {
      float[] other = b.others().get(output.getKey());
      if (other != null) {
        int width = output.getValue().length / (a.objects() * a.samples());
        largest =
            Math.max(
                largest,
                deviation(
                    output.getValue(),
                    objectA * a.samples() * width,
                    other,
                    objectB * b.samples() * width,
                    count,
                    width));
      }
    }
    return largest;
  }

  /**
   * Largest difference of the first rows of another output, in its standard deviation or, where
   * that is smaller, a thousandth of its size.
   */
  private static double deviation(
      float[] a, int fromA, float[] b, int fromB, int count, int width) {
    double largest = 0;
    for (int i = 0; i < width; i++) {
      double sum = 0;
      double squares = 0;
      int finite = 0;
      for (int s = 0; s < count; s++) {
        double one = a[fromA + s * width + i];
        if (Double.isFinite(one)) {
          sum += one;
          squares += one * one;
          finite++;
        }
      }
      double mean = sum / Math.max(1, finite);
      double sd = Math.sqrt(Math.max(0, squares / Math.max(1, finite) - mean * mean));
      for (int s = 0; s < count; s++) {
        double one = a[fromA + s * width + i];
        double other = b[fromB + s * width + i];
        if (Double.compare(one, other) != 0) {
          double scale = sd + 1e-3 * Math.abs(one) + Double.MIN_NORMAL;
          largest = Math.max(largest, Math.abs(one - other) / scale);
        }
      }
    }
    return largest;
  }

  private static Finding finding(
      String check, Fault kind, double deviation, String what, String advice) {
    String size =
        "%.1e posterior standard deviations (allowed %.0e)".formatted(deviation, TOLERANCE);
    return deviation <= TOLERANCE
        ? Finding.passed(check, "largest change " + size)
        : Finding.failed(check, kind, what + ", by up to " + size + "; " + advice);
  }
}
