package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;

/**
 * Measures objects with the errors of the manifest, and lets some measurements be missing where the
 * bundle has masks.
 */
final class Survey {
  /** Share of the objects that miss measurements, and of the measurements that these miss. */
  private static final double MISSING = 0.25;

  /** The error of a parameter that is always measured, in prior standard deviations. */
  private static final double PARAMETER_ERROR = 0.1;

  private final Manifest manifest;

  Survey(Manifest manifest) {
    this.manifest = manifest;
  }

  /** Whether the manifest says how large the errors are. */
  boolean knowsErrors() {
    return manifest.observables().stream()
        .allMatch(
            one -> one.error() != null || (one.errorLower() != null && one.errorUpper() != null));
  }

  /** Measures objects with the errors of the manifest. Returns rows [N][F]. */
  List<float[]> observe(Truths truths, RandomGenerator random) {
    double[] same = new double[manifest.observables().size()];
    Arrays.fill(same, 1);
    return observe(truths, same, random);
  }

  /**
   * Measures objects.
   *
   * @param errorScale factor on the error of each observable [M]
   * @return rows [N][F]
   */
  List<float[]> observe(Truths truths, double[] errorScale, RandomGenerator random) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < truths.count(); i++) {
      rows.add(observe(truths, i, errorScale, random));
    }
    return rows;
  }

  private float[] observe(Truths truths, int i, double[] errorScale, RandomGenerator random) {
    int m = manifest.observables().size();
    double[] values = new double[m];
    double[] errors = new double[m];
    boolean[] measured = new boolean[m];
    boolean mayMiss = random.nextBoolean();
    int kept = random.nextInt(m);
    for (int j = 0; j < m; j++) {
      Observable observable = manifest.observables().get(j);
      double error = error(observable, random) * errorScale[j];
      if (truths.errors() == null) {
        errors[j] = error;
        values[j] = observable.noise().measure(truths.y().get(i)[j], error, random);
      } else {
        errors[j] = truths.errors().get(i)[j];
        values[j] = truths.y().get(i)[j];
      }
      boolean isMissing = random.nextDouble() < MISSING && mayMiss && j != kept;
      measured[j] = !isMissing || !has(Feature.Kind.MASK, observable.name());
    }
    return row(truths.inputs().get(i), values, errors, measured, random);
  }

  private float[] row(
      double[] inputs,
      double[] values,
      double[] errors,
      boolean[] measured,
      RandomGenerator random) {
    List<String> observables = manifest.observables().stream().map(Observable::name).toList();
    List<String> parameters = manifest.parameters().stream().map(Parameter::name).toList();
    List<String> covariates = manifest.covariates().stream().map(Covariate::name).toList();
    float[] row = new float[manifest.features().size()];
    for (int f = 0; f < row.length; f++) {
      Feature feature = manifest.features().get(f);
      int j = observables.indexOf(feature.of());
      if (j >= 0) {
        row[f] = measured[j] ? value(feature.kind(), values[j], errors[j]) : 0;
        continue;
      }
      int c = covariates.indexOf(feature.of());
      int d = parameters.indexOf(feature.of());
      if (c >= 0) {
        row[f] = value(feature.kind(), inputs[parameters.size() + c], 0);
      } else if (d >= 0 && !has(Feature.Kind.COVARIATE_MASK, feature.of())) {
        double error = PARAMETER_ERROR * manifest.parameters().get(d).prior().sd();
        row[f] = value(feature.kind(), inputs[d] + error * random.nextGaussian(), error);
      }
    }
    return row;
  }

  private static float value(Feature.Kind kind, double value, double error) {
    return switch (kind) {
      case VALUE, COVARIATE -> (float) value;
      case ERROR, COVARIATE_ERROR -> (float) error;
      case MASK, COVARIATE_MASK -> 1;
    };
  }

  /** An error of the training: one for each object where there is a range and a feature for it. */
  private double error(Observable observable, RandomGenerator random) {
    Double lower = observable.errorLower();
    Double upper = observable.errorUpper();
    double share = random.nextDouble();
    if (has(Feature.Kind.ERROR, observable.name()) && lower != null && upper != null && lower > 0) {
      return lower * Math.pow(upper / lower, share);
    }
    Double error = observable.error();
    return error != null ? error : typicalError(observable);
  }

  /** The error of the manifest, or the middle of its range; 0 where it names none. */
  static double typicalError(Observable observable) {
    Double error = observable.error();
    if (error != null) {
      return error;
    }
    Double lower = observable.errorLower();
    Double upper = observable.errorUpper();
    return lower == null || upper == null ? 0 : Math.sqrt(Math.max(0, lower) * upper);
  }

  private boolean has(Feature.Kind kind, String of) {
    return manifest.features().contains(new Feature(kind, of));
  }
}
