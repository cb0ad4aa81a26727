package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/**
 * The numbers of the framework that trained a posterior, in {@code parity.safetensors}: features x
 * [B,F], noise [S,D], samples theta [B,S,D] and their log_prob [B,S].
 */
final class FrameworkParity {
  private static final String NAME = "parity with the framework";

  /** Largest error of theta in posterior standard deviations, and of log_prob. */
  private static final double TOLERANCE = 1e-3;

  private final Map<String, Tensor> tensors;
  private final int features;
  private final int parameters;

  private FrameworkParity(Map<String, Tensor> tensors, Manifest manifest) {
    this.tensors = tensors;
    features = manifest.features().size();
    parameters = manifest.parameters().size();
  }

  /** The numbers of a bundle; null where it has none. */
  static @Nullable FrameworkParity of(Bundle bundle) {
    if (!bundle.manifest().files().containsKey(Manifest.PARITY)) {
      return null;
    }
    Map<String, Tensor> tensors =
        Weights.read(bundle.directory().resolve(Manifest.PARITY)).tensors();
    return new FrameworkParity(tensors, bundle.manifest());
  }

  Finding finding(PosteriorRun posterior) {
    String wrong = wrongShape();
    if (wrong != null) {
      return Finding.failed(NAME, Fault.PARITY, Manifest.PARITY + " " + wrong);
    }
    Tensor theta = tensor(GraphContract.THETA);
    SampleSet expected =
        new SampleSet(
            rows().size(),
            tensor(GraphContract.NOISE).rows(),
            parameters,
            theta.values(),
            tensor(GraphContract.LOG_PROB).values(),
            Map.of());
    SampleSet found = posterior.run(rows(), tensor(GraphContract.NOISE).values());
    double thetaError = 0;
    double logProbError = 0;
    for (int b = 0; b < expected.objects(); b++) {
      for (int s = 0; s < expected.samples(); s++) {
        for (int i = 0; i < parameters; i++) {
          double value = expected.theta(b, s, i);
          double sd = expected.samples() > 1 ? expected.sd(b, i) : Math.abs(value);
          double scale = sd + 1e-4 * Math.abs(value) + Double.MIN_NORMAL;
          thetaError = Math.max(thetaError, Math.abs(found.theta(b, s, i) - value) / scale);
        }
        double density = expected.logProb(b, s);
        double error = Math.abs(found.logProb(b, s) - density) / Math.max(1, Math.abs(density));
        logProbError = Math.max(logProbError, error);
      }
    }
    String text =
        "theta differs by up to %.1e posterior standard deviations and log_prob by up to %.1e (allowed %.0e)"
            .formatted(thetaError, logProbError, TOLERANCE);
    return thetaError <= TOLERANCE && logProbError <= TOLERANCE
        ? Finding.passed(NAME, text)
        : Finding.failed(
            NAME,
            Fault.PARITY,
            text + "; the graph does not compute what the framework computed: export it again");
  }

  private @Nullable String wrongShape() {
    for (String name :
        List.of(
            GraphContract.FEATURES,
            GraphContract.NOISE,
            GraphContract.THETA,
            GraphContract.LOG_PROB)) {
      if (!tensors.containsKey(name)) {
        return "has no tensor " + name + "; it needs x, noise, theta and log_prob";
      }
    }
    List<Integer> x = tensor(GraphContract.FEATURES).shape();
    List<Integer> noise = tensor(GraphContract.NOISE).shape();
    if (x.size() != 2 || noise.size() != 2) {
      return "has x of shape " + x + " and noise of shape " + noise + ", which must be matrices";
    }
    int b = x.get(0);
    int s = noise.get(0);
    List<String> wrong = new ArrayList<>();
    require(GraphContract.FEATURES, List.of(b, features), wrong);
    require(GraphContract.NOISE, List.of(s, parameters), wrong);
    require(GraphContract.THETA, List.of(b, s, parameters), wrong);
    require(GraphContract.LOG_PROB, List.of(b, s), wrong);
    if (b == 0 || s == 0) {
      wrong.add("no object or no sample");
    }
    return wrong.isEmpty() ? null : "has " + String.join(", ", wrong);
  }

  private void require(String name, List<Integer> shape, List<String> wrong) {
    List<Integer> found = tensor(name).shape();
    if (!found.equals(shape)) {
      wrong.add("%s of shape %s instead of %s".formatted(name, found, shape));
    }
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new SidereusException(Manifest.PARITY + " has no tensor " + name);
    }
    return tensor;
  }

  /** The features, a row for each object. */
  List<float[]> rows() {
    Tensor x = tensor(GraphContract.FEATURES);
    List<float[]> rows = new ArrayList<>();
    for (int from = 0; from < x.values().length; from += features) {
      rows.add(Arrays.copyOfRange(x.values(), from, from + features));
    }
    return rows;
  }
}
