package org.sidereus.benchmarks.engine;

import java.util.List;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.MockObjects;

/** The features of {@link MockObjects}. */
final class RandomObjects {
  private final Bundle bundle;

  RandomObjects(Bundle bundle) {
    this.bundle = bundle;
  }

  /** Rows of features [F]; the same ones every time. */
  List<float[]> rows(int count) {
    FeatureEncoder encoder = new FeatureEncoder(bundle.manifest());
    return MockObjects.draw(bundle, count, 0, 1).stream().map(encoder::features).toList();
  }
}
