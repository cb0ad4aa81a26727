package org.sidereus.catalogs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.inference.KeptSamples;

class SampleDensityTest {
  private static final int SAMPLES = 2000;
  private static final double FAR = Double.POSITIVE_INFINITY;

  /** Samples [n, 2], the first normal and the second even from 0 to 1, with equal weights. */
  private static KeptSamples samples() {
    Random random = new Random(7);
    float[] theta = new float[2 * SAMPLES];
    for (int s = 0; s < SAMPLES; s++) {
      theta[2 * s] = (float) random.nextGaussian();
      theta[2 * s + 1] = random.nextFloat();
    }
    float[] weights = new float[SAMPLES];
    Arrays.fill(weights, 1f / SAMPLES);
    return new KeptSamples(theta, weights);
  }

  @Test
  void shouldEndContoursAtTheBoundsOfAPrior() {
    Bounds bounds = new Bounds(new double[] {-FAR, 0}, new double[] {FAR, 1});
    List<List<double[]>> lines = SampleDensity.contours(samples(), 0, 1, bounds).lines();
    double lowest = lines.stream().flatMap(List::stream).mapToDouble(p -> p[1]).min().orElseThrow();
    double highest =
        lines.stream().flatMap(List::stream).mapToDouble(p -> p[1]).max().orElseThrow();
    assertThat(lowest).isEqualTo(0);
    assertThat(highest).isEqualTo(1);
    for (List<double[]> line : lines) {
      assertThat(line.get(0)).isEqualTo(line.get(line.size() - 1));
    }
  }

  @Test
  void shouldHoldTheSharesOfTheSamples() {
    KeptSamples samples = samples();
    Bounds bounds = new Bounds(new double[] {-FAR, 0}, new double[] {FAR, 1});
    List<double[]> first = SampleDensity.contours(samples, 0, 1, bounds).lines().get(0);
    long inside = 0;
    for (int s = 0; s < SAMPLES; s++) {
      if (isInside(first, samples.theta(s, 0), samples.theta(s, 1))) {
        inside++;
      }
    }
    assertThat((double) inside / SAMPLES).isBetween(0.62, 0.74);
  }

  private static boolean isInside(List<double[]> line, double x, double y) {
    boolean inside = false;
    for (int i = 1; i < line.size(); i++) {
      double[] a = line.get(i - 1);
      double[] b = line.get(i);
      if (a[1] > y != b[1] > y && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])) {
        inside = !inside;
      }
    }
    return inside;
  }
}
