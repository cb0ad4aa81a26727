package org.sidereus.exporter.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.networks.ParameterScaling;

class ReferenceFlowTest {
  private static final String ALL = "org.sidereus.exporter.FlowShapes#all";
  private static final int TRIALS = 50;

  private final Random random = new Random(7);

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldUndoTheSampling(FlowShapes.Named shape) {
    ReferenceFlow flow = new ReferenceFlow(shape.flow());
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] context = flow.context(features(shape));
      double[] noise = noise(shape);
      ReferenceFlow.Sample sample = flow.sample(noise, context);
      assertThat(flow.noise(sample.theta(), context)).containsExactly(noise, within(1e-6));
      assertThat(flow.logProb(sample.theta(), context)).isCloseTo(sample.logProb(), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldHaveTheJacobianOfFiniteDifferences(FlowShapes.Named shape) {
    ReferenceFlow flow = new ReferenceFlow(shape.flow());
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] context = flow.context(features(shape));
      double[] noise = noise(shape);
      int d = noise.length;
      double[][] jacobian = new double[d][];
      for (int i = 0; i < d; i++) {
        double step = 1e-5;
        double[] up = noise.clone();
        double[] down = noise.clone();
        up[i] += step;
        down[i] -= step;
        double[] high = flow.sample(up, context).z0();
        double[] low = flow.sample(down, context).z0();
        jacobian[i] = new double[d];
        for (int j = 0; j < d; j++) {
          jacobian[i][j] = (high[j] - low[j]) / (2 * step);
        }
      }
      double logNormal = 0;
      for (double value : noise) {
        logNormal -= 0.5 * (value * value + Math.log(2 * Math.PI));
      }
      ReferenceFlow.Sample sample = flow.sample(noise, context);
      double expected = logNormal - Math.log(Math.abs(determinant(jacobian)));
      for (int i = 0; i < d; i++) {
        expected += scaling(shape, i).logDerivative(sample.theta()[i]);
      }
      // A finite difference across a knot or a kink is only right to first order.
      assertThat(sample.logProb()).isCloseTo(expected, within(1e-3));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldHaveScalingsWithTheDerivativeOfFiniteDifferences(FlowShapes.Named shape) {
    for (int i = 0; i < shape.flow().spec().dimensions(); i++) {
      ParameterScaling scaling = scaling(shape, i);
      double theta = scaling.physical(random.nextDouble(-2, 2));
      double slope =
          (scaling.standardised(theta + 1e-6) - scaling.standardised(theta - 1e-6)) / 2e-6;
      assertThat(scaling.logDerivative(theta)).isCloseTo(Math.log(slope), within(1e-5));
      assertThat(scaling.physical(scaling.standardised(theta))).isCloseTo(theta, within(1e-12));
    }
  }

  /**
   * Importance sampling with nothing known about the flow but its bounds would be noisy; a grid in
   * the standardised plane, where the flow is broad, is exact enough.
   */
  @ParameterizedTest
  @MethodSource("org.sidereus.exporter.FlowShapes#planar")
  void shouldIntegrateToOne(FlowShapes.Named shape) {
    ReferenceFlow flow = new ReferenceFlow(shape.flow());
    double[] context = flow.context(features(shape));
    var scalings = shape.flow().spec().parameterScaling();
    double reach = 12;
    double step = 0.08;
    double sum = 0;
    for (double a = -reach; a < reach; a += step) {
      for (double b = -reach; b < reach; b += step) {
        double[] theta = {scalings.get(0).physical(a), scalings.get(1).physical(b)};
        double logProb = flow.logProb(theta, context);
        if (logProb > Double.NEGATIVE_INFINITY) {
          sum +=
              Math.exp(
                      logProb
                          - scalings.get(0).logDerivative(theta[0])
                          - scalings.get(1).logDerivative(theta[1]))
                  * step
                  * step;
        }
      }
    }
    assertThat(sum).isCloseTo(1, within(5e-3));
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldKeepEveryDimensionInsideItsOrder(FlowShapes.Named shape) {
    // Every transform is triangular in its own order, so the first dimension of a single transform
    // does not change with the noise of the others; with several this holds for the composition
    // only where the orders agree. The Jacobian test covers those.
    ReferenceFlow flow = new ReferenceFlow(shape.flow());
    if (shape.flow().spec().transforms().size() != 1) {
      return;
    }
    double[] context = flow.context(features(shape));
    double[] noise = noise(shape);
    int first = shape.flow().spec().transforms().get(0).order().get(0);
    double expected = flow.sample(noise, context).theta()[first];
    for (int i = 0; i < noise.length; i++) {
      noise[i] += i == first ? 0 : 1;
    }
    assertThat(flow.sample(noise, context).theta()[first]).isEqualTo(expected);
  }

  private static ParameterScaling scaling(FlowShapes.Named shape, int dimension) {
    return shape.flow().spec().parameterScaling().get(dimension);
  }

  private double[] features(FlowShapes.Named shape) {
    return FlowShapes.normal(random, shape.flow().spec().features());
  }

  private double[] noise(FlowShapes.Named shape) {
    return FlowShapes.normal(random, shape.flow().spec().dimensions());
  }

  private static double determinant(double[][] matrix) {
    int n = matrix.length;
    double determinant = 1;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column; row < n; row++) {
        if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) {
          pivot = row;
        }
      }
      double[] swap = matrix[pivot];
      matrix[pivot] = matrix[column];
      matrix[column] = swap;
      determinant *= matrix[column][column] * (pivot == column ? 1 : -1);
      for (int row = column + 1; row < n; row++) {
        double factor = matrix[row][column] / matrix[column][column];
        for (int j = column; j < n; j++) {
          matrix[row][j] -= factor * matrix[column][j];
        }
      }
    }
    return determinant;
  }
}
