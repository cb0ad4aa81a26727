package org.sidereus.engine.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.engine.kernel.UnfitGraphException;

/**
 * Tries the likelihood in bfloat16 on mock objects of a bundle, whose weights are rounded for some
 * of them and whose posteriors are compared for others.
 */
final class Bfloat16Trial {
  private static final int OBJECTS = 128;
  private static final int SAMPLES = 128;
  private static final int COMPARED = 64;

  private final OrtEnvironment environment;
  private final Bundle bundle;
  private final Manifest manifest;

  Bfloat16Trial(OrtEnvironment environment, Bundle bundle) {
    this.environment = environment;
    this.bundle = bundle;
    manifest = bundle.manifest();
  }

  /** The graph in bfloat16; null where it is not as exact as it must be, or cannot be had. */
  @Nullable TileGraph of(TileGraph exact) throws UnfitGraphException {
    if (!exact.outputs().contains(GraphContract.LOG_WEIGHT)
        || !manifest.files().containsKey(Manifest.EMULATOR)) {
      return null;
    }
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    List<float[]> rows =
        MockObjects.draw(bundle, OBJECTS + COMPARED, 0, 1).stream().map(encoder::features).toList();
    try (Inputs some = new Inputs(rows.subList(0, OBJECTS), SAMPLES)) {
      TileGraph rounded = exact.inBfloat16(OBJECTS, SAMPLES, some.buffers());
      if (rounded == null) {
        return null;
      }
      try (Inputs others = new Inputs(rows.subList(OBJECTS, rows.size()), manifest.samples())) {
        compare(exact, rounded, others);
      }
      return rounded;
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + OBJECTS + " objects: " + e.getMessage(), e);
    }
  }

  private void compare(TileGraph exact, TileGraph rounded, Inputs inputs) throws OrtException {
    int s = manifest.samples();
    int d = manifest.parameters().size();
    FloatTensor theta = FloatTensor.allocate(environment, COMPARED, s, d);
    FloatTensor a = FloatTensor.allocate(environment, COMPARED, s);
    FloatTensor b = FloatTensor.allocate(environment, COMPARED, s);
    exact.run(
        COMPARED,
        s,
        inputs.buffers(),
        Map.of(GraphContract.THETA, theta.buffer(), GraphContract.LOG_WEIGHT, a.buffer()));
    rounded.run(COMPARED, s, inputs.buffers(), Map.of(GraphContract.LOG_WEIGHT, b.buffer()));
    for (int k = 0; k < 3; k++) {
      for (TileGraph g : List.of(exact, rounded)) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 40; i++) {
          long t = System.nanoTime();
          g.run(
              4,
              s,
              inputs.buffers(),
              Map.of(GraphContract.THETA, theta.buffer(), GraphContract.LOG_WEIGHT, b.buffer()));
          best = Math.min(best, System.nanoTime() - t);
        }
        System.err.println(g + " " + best / 4e3 + " us");
      }
    }
    rounded.run(COMPARED, s, inputs.buffers(), Map.of(GraphContract.LOG_WEIGHT, b.buffer()));
    exact.run(
        COMPARED,
        s,
        inputs.buffers(),
        Map.of(GraphContract.THETA, theta.buffer(), GraphContract.LOG_WEIGHT, a.buffer()));
    double[] common = new double[d];
    double[] square = new double[d];
    double[] ratio = new double[d];
    double noise = 0;
    for (int o = 0; o < COMPARED; o++) {
      double[][] moments = new double[4][d];
      double[] totals = new double[2];
      double mean = 0;
      double sq = 0;
      for (int which = 0; which < 2; which++) {
        FloatBuffer logs = which == 0 ? a.buffer() : b.buffer();
        double top = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < s; i++) {
          top = Math.max(top, logs.get(o * s + i));
        }
        for (int i = 0; i < s; i++) {
          double w = Math.exp(logs.get(o * s + i) - top);
          totals[which] += w;
          for (int j = 0; j < d; j++) {
            double t = theta.buffer().get((o * s + i) * d + j);
            moments[2 * which][j] += w * t;
            moments[2 * which + 1][j] += w * t * t;
          }
        }
      }
      for (int i = 0; i < s; i++) {
        double diff = b.buffer().get(o * s + i) - a.buffer().get(o * s + i);
        mean += diff / s;
        sq += diff * diff / s;
      }
      noise += (sq - mean * mean) / COMPARED;
      for (int j = 0; j < d; j++) {
        double m0 = moments[0][j] / totals[0];
        double m1 = moments[2][j] / totals[1];
        double v0 = moments[1][j] / totals[0] - m0 * m0;
        double v1 = moments[3][j] / totals[1] - m1 * m1;
        double shift = (m1 - m0) / Math.sqrt(v0);
        common[j] += shift / COMPARED;
        square[j] += shift * shift / COMPARED;
        ratio[j] += Math.pow(0.5 * Math.log(v1 / v0), 2) / COMPARED;
      }
    }
    StringBuilder text = new StringBuilder("bfloat16: log weight noise " + Math.sqrt(noise));
    for (int j = 0; j < d; j++) {
      text.append(
          String.format(
              "%n  %s: rms shift %.5f sd, common %.5f, log ratio of sd %.5f",
              manifest.parameters().get(j).name(),
              Math.sqrt(square[j]),
              common[j],
              Math.sqrt(ratio[j])));
    }
    System.err.println(text);
    theta.close();
    a.close();
    b.close();
  }

  /** Inputs of an evaluation. */
  private final class Inputs implements AutoCloseable {
    private final Map<String, FloatTensor> tensors = new HashMap<>();

    Inputs(List<float[]> rows, int samples) throws OrtException {
      int f = manifest.features().size();
      int d = manifest.parameters().size();
      FloatTensor x = FloatTensor.allocate(environment, rows.size(), f);
      tensors.put(GraphContract.FEATURES, x);
      for (int i = 0; i < rows.size(); i++) {
        x.buffer().put(i * f, rows.get(i));
      }
      FloatTensor noise = FloatTensor.allocate(environment, samples, d);
      tensors.put(GraphContract.NOISE, noise);
      noise.buffer().put(0, BaseNoise.of(samples, d));
      if (manifest.takesSharedErrors()) {
        int terms = GaussianTerms.of(manifest).map(one -> one.terms().size()).orElse(0);
        FloatTensor whitening = FloatTensor.allocate(environment, 1, terms, terms);
        for (int i = 0; i < terms; i++) {
          whitening.buffer().put(i * terms + i, 1);
        }
        tensors.put(GraphContract.WHITENING, whitening);
      }
    }

    Map<String, FloatBuffer> buffers() {
      Map<String, FloatBuffer> buffers = new HashMap<>();
      tensors.forEach((name, tensor) -> buffers.put(name, tensor.buffer()));
      return buffers;
    }

    @Override
    public void close() {
      tensors.values().forEach(FloatTensor::close);
    }
  }
}
