package org.sidereus.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Role;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Weights;

class FeatureWhiteningTest {
  private static final int ROWS = 500;
  private static final int FEATURES = 3;

  /** A flow with and one without an embedding, whose features are nearly the same number. */
  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void shouldBeTheSameFlowInOtherCoordinates(int embedding) {
    FlowSpec spec = spec(embedding);
    Weights weights = new RandomNetworks(new SplittableRandom(7), 0.3).flow(spec).weights();
    FeatureWhitening whitening = FeatureWhitening.of(colours());
    Weights trainable = whitening.trainable(spec, weights);
    float[] plain = density(spec, FeatureWhitening.none(FEATURES), weights);
    float[] whitened = density(spec, whitening, trainable);
    float[] exported =
        density(spec, FeatureWhitening.none(FEATURES), whitening.exported(spec, trainable));
    for (int i = 0; i < ROWS; i++) {
      assertThat(whitened[i]).isCloseTo(plain[i], within(2e-4f));
      assertThat(exported[i]).isCloseTo(plain[i], within(2e-4f));
    }
    assertThat(trainable).isNotEqualTo(weights);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e3})
  void shouldMakeSmallDifferencesAsLargeAsWhatIsCommon(double brightness) {
    double[][] rows = colours();
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= brightness;
      }
    }
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2)) {
      float[] matrix = FeatureWhitening.of(rows).matrix(manager).toFloatArray();
      double[][] covariance = new double[FEATURES][FEATURES];
      for (double[] row : rows) {
        double[] z = new double[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
          for (int j = 0; j < FEATURES; j++) {
            z[i] += matrix[i * FEATURES + j] * row[j];
          }
        }
        for (int i = 0; i < FEATURES; i++) {
          for (int j = 0; j < FEATURES; j++) {
            covariance[i][j] += z[i] * z[j] / ROWS;
          }
        }
      }
      for (int i = 0; i < FEATURES; i++) {
        for (int j = 0; j < FEATURES; j++) {
          assertThat(covariance[i][j]).isCloseTo(i == j ? 1 : 0, within(0.02));
        }
      }
    }
  }

  private static float[] density(FlowSpec spec, FeatureWhitening coordinates, Weights weights) {
    float[] z = new float[ROWS * 2];
    float[] x = new float[ROWS * FEATURES];
    double[][] features = colours();
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) features[i / FEATURES][i % FEATURES];
    }
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2);
        FlowDensity density = new FlowDensity(spec, coordinates, manager)) {
      return density
          .logDensity(
              manager.create(density.layout().vector(weights)),
              manager.create(z, new Shape(ROWS, 2)),
              manager.create(x, new Shape(ROWS, FEATURES)))
          .toFloatArray();
    }
  }

  /** Magnitudes of bands that differ by little, scaled to a variance of one. */
  private static double[][] colours() {
    SplittableRandom random = new SplittableRandom(4);
    double[][] rows = new double[ROWS][FEATURES];
    for (double[] row : rows) {
      double common = random.nextGaussian();
      for (int i = 0; i < FEATURES; i++) {
        row[i] = common + 0.02 * random.nextGaussian();
      }
    }
    return rows;
  }

  private static FlowSpec spec(int embedding) {
    return new FlowArchitecture(
            TransformKind.AFFINE,
            2,
            List.of(8),
            Activation.TANH,
            embedding == 0 ? List.of() : List.of(embedding),
            Activation.SILU,
            8,
            5)
        .spec(
            Collections.nCopies(2, new ParameterScaling.Affine(0, 1)),
            Collections.nCopies(2, Role.LOCAL),
            Collections.nCopies(FEATURES, new Standardisation(0, 1)),
            1);
  }
}
