package org.sidereus.engine.inference;

import java.util.List;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;

/** Encoders of bundles of which only observables and features matter. */
final class Encoders {
  private Encoders() {}

  static FeatureEncoder of(List<Observable> observables, Feature... features) {
    return new FeatureEncoder(
        Manifest.builder()
            .name("b")
            .version("1")
            .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
            .observables(observables)
            .features(List.of(features))
            .samples(100)
            .build());
  }
}
