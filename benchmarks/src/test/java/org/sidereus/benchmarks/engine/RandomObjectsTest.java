package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.PosteriorEngine;

class RandomObjectsTest {

  /** Galaxies that are like those of the training have a share of effective samples like theirs. */
  @Test
  void shouldDrawObjectsThatTheFlowKnows() {
    Bundle bundle =
        Bundle.load(Path.of(System.getProperty("sidereus.home"), "bundles", "sed-provabgs"));
    List<float[]> rows = new RandomObjects(bundle).rows(24);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      assertThat(engine.infer(rows).stream().filter(one -> one.samples() > engine.samples()))
          .hasSizeLessThan(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gce-tng", "sed-provabgs"})
  void shouldObserveWhatEveryShippedBundleReads(String name) {
    Bundle bundle = Bundle.load(Path.of(System.getProperty("sidereus.home"), "bundles", name));

    List<float[]> rows = new RandomObjects(bundle).rows(3);

    assertThat(rows).hasSize(3).doesNotHaveDuplicates();
    assertThat(rows.get(0)).hasSize(bundle.manifest().features().size());
    for (float value : rows.get(0)) {
      assertThat(value).isFinite();
    }
  }
}
