package org.sidereus.benchmarks;

import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;

/**
 * What a benchmark measures of objects: the predictions of a bundle's emulator. A bundle without
 * one has no likelihood, so the work for an object does not depend on its values: they are uniform
 * in the ranges of the manifest, and 0 where it names none.
 */
public final class NoiselessObjects {
  private final Bundle bundle;

  /** Objects of a bundle. */
  public NoiselessObjects(Bundle bundle) {
    this.bundle = bundle;
  }

  /**
   * The values of objects.
   *
   * @param inputs parameters and covariates [N * (D + C)]
   * @return observables [N * M]
   */
  public float[] of(float[] inputs, RandomGenerator random) {
    Manifest manifest = bundle.manifest();
    if (manifest.files().containsKey(Manifest.EMULATOR)) {
      try (EmulatorEngine emulator = EmulatorEngine.open(bundle, EngineOptions.defaults())) {
        return emulator.predict(inputs);
      }
    }
    int m = manifest.observables().size();
    int count = inputs.length / (manifest.parameters().size() + manifest.covariates().size());
    float[] values = new float[count * m];
    for (int i = 0; i < values.length; i++) {
      Observable observable = manifest.observables().get(i % m);
      if (observable.lower() != null && observable.upper() != null) {
        double share = random.nextDouble();
        values[i] = (float) (observable.lower() * (1 - share) + observable.upper() * share);
      }
    }
    return values;
  }
}
