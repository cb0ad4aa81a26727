package org.sidereus.exporter.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.hipparchus.random.SobolSequenceGenerator;
import org.hipparchus.special.Erf;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.networks.Tensor;

/** The posterior graph of a bundle, evaluated as it is: no engine around it. */
final class PosteriorRun implements AutoCloseable {
  private static final double SMALLEST_SHARE = 1e-9;

  private final GraphRun graph;
  private final int parameters;
  private final int features;
  private final OptionalInt terms;

  PosteriorRun(Bundle bundle) {
    Manifest manifest = bundle.manifest();
    graph = new GraphRun(bundle.read(Manifest.POSTERIOR));
    parameters = manifest.parameters().size();
    features = manifest.features().size();
    terms = graph.width(GraphContract.WHITENING);
  }

  /**
   * Evaluates the graph for independent errors.
   *
   * @param rows features of B objects
   * @param noise [S * D]
   */
  SampleSet run(List<float[]> rows, float[] noise) {
    Map<String, Tensor> inputs = new HashMap<>();
    inputs.put(GraphContract.FEATURES, matrix(rows, features));
    inputs.put(GraphContract.NOISE, Tensor.matrix(noise.length / parameters, parameters, noise));
    if (terms.isPresent()) {
      int t = terms.getAsInt();
      float[] identity = new float[t * t];
      for (int i = 0; i < t; i++) {
        identity[i * t + i] = 1;
      }
      inputs.put(GraphContract.WHITENING, new Tensor(List.of(1, t, t), identity));
    }
    Map<String, float[]> outputs = graph.run(inputs);
    return new SampleSet(
        rows.size(),
        noise.length / parameters,
        parameters,
        GraphRun.output(outputs, GraphContract.THETA),
        GraphRun.output(outputs, GraphContract.LOG_PROB),
        others(outputs));
  }

  private static Map<String, float[]> others(Map<String, float[]> outputs) {
    Map<String, float[]> others = new HashMap<>(outputs);
    others.keySet().retainAll(GraphContract.POSTERIOR_NAMES);
    others.remove(GraphContract.THETA);
    others.remove(GraphContract.LOG_PROB);
    return others;
  }

  /** Standard normal points [samples * D]. */
  float[] noise(int samples, RandomGenerator random) {
    float[] noise = new float[samples * parameters];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    return noise;
  }

  /**
   * Standard normal points [samples * D] that cover the distribution evenly: Sobol points, and the
   * mirror image of each.
   */
  float[] evenNoise(int samples, RandomGenerator random) {
    double[] shift = random.doubles(parameters).toArray();
    SobolSequenceGenerator sobol = new SobolSequenceGenerator(parameters);
    float[] noise = new float[samples * parameters];
    int half = samples / 2;
    for (int s = 0; s < half; s++) {
      double[] point = sobol.nextVector();
      for (int d = 0; d < parameters; d++) {
        double u = point[d] + shift[d];
        u = Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, u - Math.floor(u)));
        float z = (float) (-Math.sqrt(2) * Erf.erfcInv(2 * u));
        noise[s * parameters + d] = z;
        noise[(s + half) * parameters + d] = -z;
      }
    }
    return noise;
  }

  static Tensor matrix(List<float[]> rows, int columns) {
    float[] values = new float[rows.size() * columns];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * columns, columns);
    }
    return Tensor.matrix(rows.size(), columns, values);
  }

  /** Ends the evaluation that is under way, and all later ones. */
  void end() {
    graph.end();
  }

  @Override
  public void close() {
    graph.close();
  }
}
