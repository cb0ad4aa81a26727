package org.sidereus.engine.inference;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;

/**
 * What a benchmark measures of objects: the predictions of a bundle's emulator. A bundle without
 * one has no likelihood, so the work for an object does not depend on its values: they are uniform
 * in the ranges of the manifest, and 0 where it names none.
 */
final class NoiselessObjects implements AutoCloseable {
  private final Manifest manifest;
  private final RandomGenerator random;
  private final @Nullable EmulatorEngine emulator;

  /** Objects of a bundle. */
  NoiselessObjects(Bundle bundle, RandomGenerator random) {
    manifest = bundle.manifest();
    this.random = random;
    emulator =
        manifest.files().containsKey(Manifest.EMULATOR)
            ? EmulatorEngine.open(bundle, EngineOptions.defaults())
            : null;
  }

  /**
   * The values of objects.
   *
   * @param inputs parameters and covariates [N * (D + C)]
   * @return observables [N * M]
   */
  float[] of(float[] inputs) {
    if (emulator != null) {
      return emulator.predict(inputs);
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

  @Override
  public void close() {
    if (emulator != null) {
      emulator.close();
    }
  }
}
