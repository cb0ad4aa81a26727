package org.sidereus.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.bundle.Role;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;

class FlowDensityTest {
  private static final int ROWS = 64;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TensorEngine.open(DeviceChoice.CPU, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<FlowArchitecture> architectures() {
    return Stream.of(
        new FlowArchitecture(
            TransformKind.AFFINE,
            3,
            List.of(12, 12),
            Activation.TANH,
            List.of(),
            Activation.SILU,
            8,
            5),
        new FlowArchitecture(
            TransformKind.AFFINE,
            2,
            List.of(10),
            Activation.SILU,
            List.of(7, 6),
            Activation.TANH,
            8,
            5),
        new FlowArchitecture(
            TransformKind.SPLINE,
            2,
            List.of(16, 16),
            Activation.RELU,
            List.of(),
            Activation.SILU,
            5,
            3),
        new FlowArchitecture(
            TransformKind.SPLINE,
            3,
            List.of(12, 12),
            Activation.TANH,
            List.of(9),
            Activation.SILU,
            8,
            5));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldAgreeWithTheReferenceOnExportedWeights(
      FlowArchitecture architecture, @TempDir Path folder) {
    FlowSpec spec = spec(architecture, 4, 5);
    FlowNetwork random = new RandomNetworks(new SplittableRandom(7), 1.5).flow(spec);
    random.write(folder);
    ReferenceFlow reference = new ReferenceFlow(FlowNetwork.read(folder));
    SplittableRandom numbers = new SplittableRandom(3);
    float[] z = normals(numbers, ROWS * 4, 2.0);
    float[] features = normals(numbers, ROWS * 5, 1.0);
    try (FlowDensity density = new FlowDensity(spec, manager)) {
      float[] logDensity =
          density
              .logDensity(
                  manager.create(density.layout().vector(random.weights())),
                  manager.create(z, new Shape(ROWS, 4)),
                  manager.create(features, new Shape(ROWS, 5)))
              .toFloatArray();
      for (int row = 0; row < ROWS; row++) {
        double[] theta = new double[4];
        double logDerivative = 0;
        for (int i = 0; i < 4; i++) {
          ParameterScaling scaling = spec.parameterScaling().get(i);
          theta[i] = scaling.physical(z[row * 4 + i]);
          logDerivative += scaling.logDerivative(theta[i]);
        }
        double[] x = new double[5];
        for (int i = 0; i < 5; i++) {
          x[i] = spec.featureScaling().get(i).physical(features[row * 5 + i]);
        }
        double expected = reference.logProb(theta, reference.context(x));
        assertThat(logDensity[row] + logDerivative)
            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldGiveGradientsToEveryAllowedWeightAndToNoOther(FlowArchitecture architecture) {
    FlowSpec spec = spec(architecture, 4, 5);
    SplittableRandom numbers = new SplittableRandom(11);
    try (FlowDensity density = new FlowDensity(spec, manager)) {
      float[] initial = density.layout().vector(new InitialWeights(numbers.split()).flow(spec));
      NDArray weights = manager.create(initial);
      weights.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray loss =
            density
                .logDensity(
                    weights,
                    manager.create(normals(numbers, 2048 * 4, 1.0), new Shape(2048, 4)),
                    manager.create(normals(numbers, 2048 * 5, 1.0), new Shape(2048, 5)))
                .mean();
        collector.backward(loss);
      }
      float[] gradient = weights.getGradient().toFloatArray();
      float[] mask = FlowDensity.mask(spec);
      for (int i = 0; i < gradient.length; i++) {
        // a rectified unit may be off for every row, so not each single weight must move
        if (architecture.activation() != Activation.RELU || mask[i] == 0) {
          assertThat(gradient[i] != 0).as("weight %d", i).isEqualTo(mask[i] != 0);
        }
      }
      assertThat(mask).contains(0f).contains(1f);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldIntegrateToOneForAnyWeights(FlowArchitecture architecture) {
    FlowSpec spec = spec(architecture, 2, 3);
    FlowNetwork random = new RandomNetworks(new SplittableRandom(5), 1.0).flow(spec);
    int points = 400;
    double half = 12;
    double step = 2 * half / points;
    float[] z = new float[points * points * 2];
    for (int i = 0; i < points; i++) {
      for (int j = 0; j < points; j++) {
        z[2 * (i * points + j)] = (float) (-half + (i + 0.5) * step);
        z[2 * (i * points + j) + 1] = (float) (-half + (j + 0.5) * step);
      }
    }
    float[] features = new float[points * points * 3];
    Arrays.fill(features, 0.3f);
    try (FlowDensity density = new FlowDensity(spec, manager)) {
      float[] logDensity =
          density
              .logDensity(
                  manager.create(density.layout().vector(random.weights())),
                  manager.create(z, new Shape((long) points * points, 2)),
                  manager.create(features, new Shape((long) points * points, 3)))
              .toFloatArray();
      double integral = 0;
      for (float value : logDensity) {
        integral += Math.exp(value) * step * step;
      }
      assertThat(integral).isCloseTo(1.0, within(2e-3));
    }
  }

  private static FlowSpec spec(FlowArchitecture architecture, int dimensions, int features) {
    List<ParameterScaling> scaling =
        new ArrayList<>(
            List.of(new ParameterScaling.Affine(0.3, 2.0), new ParameterScaling.Affine(-1.0, 0.5)));
    if (dimensions > 2) {
      scaling.add(new ParameterScaling.Probit(-1, 2, 0.1, 0.6));
      scaling.add(new ParameterScaling.Log(0.5, -1, 0.4));
    }
    List<Role> roles = new ArrayList<>(Collections.nCopies(dimensions, Role.LOCAL));
    roles.set(0, Role.SHARED);
    return architecture.spec(
        scaling, roles, Collections.nCopies(features, new Standardisation(0.2, 1.5)), 1);
  }

  private static float[] normals(SplittableRandom random, int count, double sd) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (sd * random.nextGaussian());
    }
    return values;
  }
}
