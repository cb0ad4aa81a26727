package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;

class RandomObjectsTest {

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
