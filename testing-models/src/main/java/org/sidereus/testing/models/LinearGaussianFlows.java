package org.sidereus.testing.models;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.exporter.bundle.BundleExporter;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

/** Bundles of {@link LinearGaussianModel}; the exact one's weights follow from linear algebra. */
public final class LinearGaussianFlows {
  public static final LinearGaussianModel MODEL = new LinearGaussianModel(Double.POSITIVE_INFINITY);

  /** Error of every measurement, as the manifest says. */
  public static final double ERROR = 0.5;

  private static final double BOUND = 5;
  private static final double SCALE = 4;

  private LinearGaussianFlows() {}

  /** The exact posterior. */
  public static Bundle exact(Path folder) {
    return wrong(folder, ERROR, 0);
  }

  /**
   * A posterior that is wrong in a known way.
   *
   * @param assumed error that it takes the measurements to have
   * @param shift added to the mean of the first parameter, in posterior standard deviations
   */
  public static Bundle wrong(Path folder, double assumed, double shift) {
    double[][] c = covariance(assumed);
    double[][] gain = gain(c, assumed);
    double sd = Math.sqrt(c[0][0]);
    double slope = c[0][1] / c[0][0];
    double rest = Math.sqrt(c[1][1] - slope * c[0][1]);
    int features = LinearGaussianModel.A.length;
    float[] context = new float[4 * features];
    for (int f = 0; f < features; f++) {
      context[f] = (float) (SCALE * gain[0][f]);
      context[features + f] = (float) (SCALE * (gain[1][f] - slope * gain[0][f]));
    }
    Map<String, Tensor> tensors = new HashMap<>();
    // z = relu(z) - relu(-z), so that the second mean is linear in the first parameter
    tensors.put(
        "transforms.0.layers.0.weight", new Tensor(List.of(2, 2), new float[] {1, 0, -1, 0}));
    tensors.put("transforms.0.layers.0.bias", new Tensor(List.of(2), new float[2]));
    tensors.put(
        "transforms.0.context.weight", new Tensor(List.of(2, features), new float[2 * features]));
    float s = (float) slope;
    tensors.put(
        "transforms.0.output.weight",
        new Tensor(List.of(4, 2), new float[] {0, 0, s, -s, 0, 0, 0, 0}));
    tensors.put("transforms.0.output.context.weight", new Tensor(List.of(4, features), context));
    float[] bias = {(float) (shift * sd), (float) (-slope * shift * sd), raw(sd), raw(rest)};
    tensors.put("transforms.0.output.bias", new Tensor(List.of(4), bias));
    FlowSpec spec =
        new FlowSpec(
            List.of(new ParameterScaling.Affine(0, 1), new ParameterScaling.Affine(0, 1)),
            List.of(scaling(SCALE), scaling(SCALE), scaling(SCALE)),
            null,
            List.of(
                new TransformSpec.Affine(
                    List.of(0, 1), List.of(List.of(1, 1)), Activation.RELU, BOUND)));
    return export(new FlowNetwork(spec, new Weights(tensors)), folder);
  }

  /** A bundle of any flow of two parameters and three values. */
  public static Bundle export(FlowNetwork flow, Path folder) {
    Manifest draft =
        Manifest.builder()
            .name("toy")
            .version("1")
            .description("a linear model")
            .parameters(MODEL.parameters())
            .observables(
                MODEL.observables().stream().map(o -> new Observable(o.name(), "", ERROR)).toList())
            .features(
                MODEL.observables().stream()
                    .map(o -> new Feature(Feature.Kind.VALUE, o.name()))
                    .toList())
            .samples(1_000)
            .provenance(Map.of("model", MODEL.name()))
            .build();
    new BundleExporter(flow, emulator()).export(draft, Map.of(), folder);
    return Bundle.load(folder);
  }

  private static EmulatorNetwork emulator() {
    double[][] a = LinearGaussianModel.A;
    float[] matrix = new float[2 * a.length];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) a[i / 2][i % 2];
    }
    return new EmulatorNetwork(
        new EmulatorSpec(
            List.of(new ParameterScaling.Affine(0, 1), new ParameterScaling.Affine(0, 1)),
            List.of(1),
            Activation.RELU,
            List.of(scaling(1), scaling(1), scaling(1)),
            true),
        new Weights(
            Map.of(
                "layers.0.weight", new Tensor(List.of(1, 2), new float[2]),
                "layers.0.bias", new Tensor(List.of(1), new float[1]),
                "layers.1.weight", new Tensor(List.of(3, 1), new float[3]),
                "layers.1.bias", new Tensor(List.of(3), new float[3]),
                "skip.weight", new Tensor(List.of(3, 2), matrix))));
  }

  private static Standardisation scaling(double scale) {
    return new Standardisation(0, scale);
  }

  /** log_scale = raw / (1 + |raw| / bound), solved for raw. */
  private static float raw(double sd) {
    double logScale = Math.log(sd);
    return (float) (logScale / (1 - Math.abs(logScale) / BOUND));
  }

  /** (I + A'A / error^2)^-1. */
  public static double[][] covariance(double error) {
    double p00 = 1;
    double p01 = 0;
    double p11 = 1;
    for (double[] row : LinearGaussianModel.A) {
      p00 += row[0] * row[0] / (error * error);
      p01 += row[0] * row[1] / (error * error);
      p11 += row[1] * row[1] / (error * error);
    }
    double determinant = p00 * p11 - p01 * p01;
    return new double[][] {
      {p11 / determinant, -p01 / determinant}, {-p01 / determinant, p00 / determinant}
    };
  }

  /** C A' / error^2: the posterior mean is this times the measurements. */
  public static double[][] gain(double[][] c, double error) {
    double[][] a = LinearGaussianModel.A;
    double[][] gain = new double[2][a.length];
    for (int d = 0; d < 2; d++) {
      for (int f = 0; f < a.length; f++) {
        gain[d][f] = (c[d][0] * a[f][0] + c[d][1] * a[f][1]) / (error * error);
      }
    }
    return gain;
  }
}
