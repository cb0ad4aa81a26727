package org.sidereus.validation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;

/** Reads rows of features back into measurements. Immutable and safe for threads. */
final class FeatureDecoder {
  private final Manifest manifest;
  private final Map<String, Integer> observables = new TreeMap<>();
  private final Map<String, Integer> parameters = new TreeMap<>();

  FeatureDecoder(Manifest manifest) {
    this.manifest = manifest;
    List<Observable> all = manifest.observables();
    for (int j = 0; j < all.size(); j++) {
      observables.put(all.get(j).name(), j);
    }
    List<Parameter> params = manifest.parameters();
    for (int d = 0; d < params.size(); d++) {
      parameters.put(params.get(d).name(), d);
    }
  }

  /** The measurements in a row of features [F]. */
  Observed read(float[] row) {
    List<String> covariates = manifest.covariates().stream().map(Covariate::name).toList();
    int m = manifest.observables().size();
    int d = manifest.parameters().size();
    double[] values = new double[m];
    double[] errors = new double[m];
    boolean[] measured = new boolean[m];
    double[] parameterValues = new double[d];
    double[] parameterErrors = new double[d];
    for (int j = 0; j < m; j++) {
      Double error = manifest.observables().get(j).error();
      errors[j] = error == null ? Double.NaN : error;
    }
    for (int f = 0; f < row.length; f++) {
      Feature feature = manifest.features().get(f);
      if (feature.kind() == Feature.Kind.VALUE) {
        int j = observable(feature);
        values[j] = row[f];
        measured[j] = true;
      }
    }
    for (int f = 0; f < row.length; f++) {
      Feature feature = manifest.features().get(f);
      switch (feature.kind()) {
        case ERROR -> errors[observable(feature)] = row[f];
        case MASK -> measured[observable(feature)] &= row[f] != 0;
        case COVARIATE -> {
          if (!covariates.contains(feature.of())) {
            parameterValues[parameter(feature)] = row[f];
          }
        }
        case COVARIATE_ERROR -> parameterErrors[parameter(feature)] = row[f];
        case VALUE, COVARIATE_MASK -> {
          // the values are read above; a missing covariate has the error 0
        }
      }
    }
    for (int j = 0; j < m; j++) {
      if (measured[j] && !(errors[j] > 0)) {
        throw new SidereusException(
            "the bundle names no error of "
                + manifest.observables().get(j).name()
                + "; give the observable one in its manifest");
      }
    }
    int[] columns = manifest.covariateColumns();
    float[] known = new float[columns.length];
    for (int c = 0; c < known.length; c++) {
      known[c] = row[columns[c]];
    }
    List<Noise> noise = manifest.observables().stream().map(Observable::noise).toList();
    return new Observed(values, errors, measured, parameterValues, parameterErrors, known, noise);
  }

  private int observable(Feature feature) {
    return Objects.requireNonNull(observables.get(feature.of()), feature.of());
  }

  private int parameter(Feature feature) {
    Integer d = parameters.get(feature.of());
    if (d == null) {
      throw new SidereusException(
          "the covariate "
              + feature.of()
              + " is no parameter, so nothing says how it depends on them; a bundle with it cannot"
              + " be validated");
    }
    return d;
  }
}
