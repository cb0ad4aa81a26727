package org.sidereus.benchmarks.stream;

import java.util.HashMap;
import java.util.Map;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.schemas.Observation;

/** Encodes generated observations as features, for the measurement of the engine alone. */
final class GeneratedFeatures {
  private final String bundle;
  private final FeatureEncoder encoder;

  GeneratedFeatures(Manifest manifest) {
    bundle = manifest.name();
    encoder = new FeatureEncoder(manifest);
  }

  /**
   * The features [F] of an observation.
   *
   * @throws SidereusException if the bundle needs more than its observables
   */
  float[] row(Observation observation) {
    Map<String, Measurement> measured = new HashMap<>();
    observation
        .getMeasurements()
        .forEach(
            one -> measured.put(one.getName(), new Measurement(one.getValue(), one.getError())));
    if (encoder.encode(measured) instanceof Encoding.Row row) {
      return row.features();
    }
    throw new SidereusException(bundle + " needs more than its observables; choose another bundle");
  }
}
