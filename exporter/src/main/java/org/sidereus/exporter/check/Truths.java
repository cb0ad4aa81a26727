package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.inference.EmulatorEngine;

/**
 * Objects whose parameters are known.
 *
 * @param inputs parameters and covariates of each object [N][D + C]
 * @param y observables of each object [N][M]
 * @param errors the standard deviation of the noise that is in y [N][M]; null: y has no noise
 */
public record Truths(List<double[]> inputs, List<double[]> y, @Nullable List<double[]> errors) {

  int count() {
    return inputs.size();
  }

  /** The first objects. */
  Truths first(int count) {
    int n = Math.min(count, count());
    return new Truths(
        inputs.subList(0, n), y.subList(0, n), errors == null ? null : errors.subList(0, n));
  }

  /** Objects drawn from the prior, observables by the emulator. */
  static Truths drawn(
      Manifest manifest, EmulatorEngine emulator, int count, RandomGenerator random) {
    List<double[]> inputs = Stream.generate(manifest.inputDraws(random)).limit(count).toList();
    return new Truths(inputs, predicted(emulator, inputs), null);
  }

  /** The objects with observables within the ranges of the training: surveys have limits. */
  Truths withinRanges(List<Observable> observables) {
    List<double[]> keptInputs = new ArrayList<>();
    List<double[]> keptY = new ArrayList<>();
    List<double[]> keptErrors = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      boolean within = true;
      for (int j = 0; j < observables.size(); j++) {
        within &= isWithin(observables.get(j), y.get(i)[j]);
      }
      if (within) {
        keptInputs.add(inputs.get(i));
        keptY.add(y.get(i));
        if (errors != null) {
          keptErrors.add(errors.get(i));
        }
      }
    }
    return new Truths(keptInputs, keptY, errors == null ? null : keptErrors);
  }

  /** Whether a value is within the range of the training, where there is one. */
  static boolean isWithin(Observable observable, double value) {
    Double lower = observable.lower();
    Double upper = observable.upper();
    return (lower == null || value >= lower) && (upper == null || value <= upper);
  }

  /**
   * What the emulator predicts.
   *
   * @param inputs [N][D + C]
   * @return [N][M]
   */
  static List<double[]> predicted(EmulatorEngine emulator, List<double[]> inputs) {
    if (inputs.isEmpty()) {
      return List.of();
    }
    int width = inputs.get(0).length;
    float[] points = new float[inputs.size() * width];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) inputs.get(i / width)[i % width];
    }
    float[] flat = emulator.predict(points);
    int m = flat.length / inputs.size();
    List<double[]> y = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      double[] row = new double[m];
      for (int j = 0; j < m; j++) {
        row[j] = flat[i * m + j];
      }
      y.add(row);
    }
    return y;
  }

  /** The Kolmogorov distance of some values from a prior. */
  static double distance(double[] values, Prior prior) {
    double[] shares = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      shares[i] = Uniformity.normalShare(prior.normalScore(values[i]));
    }
    return Uniformity.distance(shares);
  }
}
