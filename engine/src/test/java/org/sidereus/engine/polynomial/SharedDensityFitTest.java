package org.sidereus.engine.polynomial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;

/** An object whose likelihood of the shared parameter is known: exp(0.3 mu), mu uniform in 0..1. */
class SharedDensityFitTest {
  private static final int BULK = 3_072;
  private static final int WIDE = 1_024;
  private static final double SLOPE = 0.3;

  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("one")
          .version("1")
          .parameters(
              List.of(
                  new Parameter("mu", "", Role.SHARED, new Uniform(0, 1)),
                  new Parameter("local", "", Role.LOCAL, new Normal(0, 1))))
          .observables(List.of(new Observable("y", "", 0.05)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
          .samples(BULK + WIDE)
          .files(Map.of("posterior.onnx", new FileEntry("0".repeat(64), 1)))
          .build();

  private final SharedCoordinates coordinates = new SharedCoordinates(MANIFEST);
  private final SplittableRandom random = new SplittableRandom(3);

  /**
   * The flow keeps within the prior: mu is the normal distribution function of the noise, so that
   * wide points are at the bounds. Their local parameters are far off, and single estimates of the
   * likelihood there are nearly all too small.
   */
  @Test
  void shouldBeRightUpToTheBoundsOfThePrior() {
    SharedDensityFit fit = new SharedDensityFit(MANIFEST, BULK, WIDE, false, false);
    double[] values = new double[11];
    int objects = 20;
    for (int i = 0; i < objects; i++) {
      SharedFit found =
          Objects.requireNonNull(fit.fit(samples(BULK, false), samples(WIDE, true), 0));
      for (int k = 0; k < values.length; k++) {
        double mu = 0.01 + 0.098 * k;
        double[] point = new double[1];
        coordinates.standardise(new double[] {mu}, point);
        values[k] += (valueAt(found, point) - SLOPE * mu) / objects;
      }
    }
    for (double value : values) {
      assertThat(value).isCloseTo(values[5], within(0.02));
    }
  }

  private double valueAt(SharedFit fit, double[] point) {
    return coordinates.basis().valueAt(fit.logRatio(), point);
  }

  private SharedSamples samples(int count, boolean wide) {
    float[] theta = new float[2 * count];
    float[] density = new float[count];
    float[] weight = new float[count];
    for (int s = 0; s < count; s++) {
      double side = wide ? 2 * random.nextDouble() - 1 : 0;
      double noise = wide ? Math.signum(side) * (1.2 + 10.8 * Math.abs(side)) : gaussian();
      double mu = 0.5 * Erf.erfc(-noise / Math.sqrt(2));
      double sigma = 0.2 + 0.02 * noise * noise;
      theta[2 * s] = (float) mu;
      weight[s] = (float) (SLOPE * mu + sigma * gaussian() - 0.5 * sigma * sigma); // unbiased
    }
    return new SharedSamples(theta, density, weight);
  }

  private double gaussian() {
    return -Math.sqrt(2) * Erf.erfcInv(2 * random.nextDouble());
  }
}
