package org.sidereus.model.engine;

import java.util.Map;
import org.sidereus.model.bundle.Manifest;

/** Turns measurements into rows of features, by the features of a bundle. Safe for threads. */
public final class FeatureEncoder {
  private final Manifest manifest;

  public FeatureEncoder(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Encodes one object.
   *
   * @param measurements by name of observable or covariate; names that the bundle does not know are
   *     ignored
   */
  public Encoding encode(Map<String, Measurement> measurements) {
    throw new UnsupportedOperationException(manifest.name());
  }
}
