package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.networks.Activation;

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

  @Test
  void shouldObserveABundleWithoutEmulatorInItsRanges(@TempDir Path folder) throws IOException {
    Path out = folder.resolve("bundle");
    new PresetBundle(NetworkPreset.PAPER, Activation.TANH).write(out);
    JsonMapper json = new JsonMapper();
    File manifest = out.resolve(Manifest.FILE).toFile();
    ObjectNode tree = (ObjectNode) json.readTree(manifest);
    tree.put("likelihood", false);
    ((ObjectNode) tree.get("files")).remove(Manifest.EMULATOR);
    Files.delete(out.resolve(Manifest.EMULATOR));
    ObjectNode first = (ObjectNode) tree.get("observables").get(0);
    first.put("error", 1e-6).put("lower", 7).put("upper", 9);
    json.writeValue(manifest, tree);

    List<float[]> rows = new RandomObjects(Bundle.load(out)).rows(20);

    assertThat(rows).doesNotHaveDuplicates();
    assertThat(rows).allSatisfy(row -> assertThat(row[0]).isBetween(6.99f, 9.01f));
    assertThat(rows).allSatisfy(row -> assertThat(row[1]).isBetween(-1f, 1f));
  }
}
