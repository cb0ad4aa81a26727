package org.sidereus.engine.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.testing.Fuzz;
import org.sidereus.testing.LinearGaussianBundle;

@Tag("fuzz")
class BundleFuzzTest {
  @TempDir Path folder;

  @Test
  void shouldReadOrRefuseManifests() {
    byte[] manifest = LinearGaussianBundle.manifest("tiny", "1").getBytes(StandardCharsets.UTF_8);

    new Fuzz("manifest", BundleException.class, List.of(manifest)).run(folder, Manifest::read);
  }

  @Test
  void shouldReadOrRefuseGraphs() {
    List<byte[]> graphs =
        List.of(LinearGaussianBundle.posteriorGraph(), LinearGaussianBundle.emulatorGraph());

    new Fuzz("onnx", BundleException.class, graphs)
        .run(folder, file -> GraphRules.check(bytes(file), "graph.onnx"));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
