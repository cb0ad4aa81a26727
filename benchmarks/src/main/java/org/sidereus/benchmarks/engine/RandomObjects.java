package org.sidereus.benchmarks.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sidereus.benchmarks.NoiselessObjects;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;

/**
 * Observations as a bundle gets them: parameters and covariates drawn from its prior, its
 * emulator's predictions ({@link NoiselessObjects}), and noise of the errors for which it was
 * trained. The work for an object depends on its observation: an object whose likelihood corrects
 * the flow takes more time than one that the likelihood does not fit.
 */
final class RandomObjects {
  /** Error of an observable for which a bundle has none. */
  private static final double ERROR = 0.05;

  private final Bundle bundle;

  RandomObjects(Bundle bundle) {
    this.bundle = bundle;
  }

  /** Rows of features [F]; the same ones every time. */
  List<float[]> rows(int count) {
    Manifest manifest = bundle.manifest();
    SplittableRandom random = new SplittableRandom(1);
    List<Prior> inputs = new ArrayList<>();
    manifest.parameters().forEach(parameter -> inputs.add(parameter.prior()));
    manifest.covariates().forEach(covariate -> inputs.add(covariate.training()));
    float[] points = new float[count * inputs.size()];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) inputs.get(i % inputs.size()).sample(random);
    }
    float[] predictions = new NoiselessObjects(bundle).of(points, random);
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    int m = manifest.observables().size();
    List<float[]> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, Measurement> measurements = new HashMap<>();
      for (int j = 0; j < m; j++) {
        Observable observable = manifest.observables().get(j);
        double error = observable.error() == null ? ERROR : observable.error();
        double value = predictions[i * m + j] + error * random.nextGaussian();
        measurements.put(observable.name(), measurement(manifest, observable.name(), value, error));
      }
      for (int c = 0; c < manifest.covariates().size(); c++) {
        double known = points[i * inputs.size() + manifest.parameters().size() + c];
        measurements.put(manifest.covariates().get(c).name(), Measurement.of(known));
      }
      rows.add(encoder.features(measurements));
    }
    return rows;
  }

  private static Measurement measurement(
      Manifest manifest, String name, double value, double error) {
    boolean hasError = manifest.features().contains(new Feature(Feature.Kind.ERROR, name));
    return hasError ? Measurement.of(value, error) : Measurement.of(value);
  }
}
