package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.networks.Activation;

/** The kernel must give the posteriors of ONNX Runtime, for networks of random weights. */
class KernelTest {

  @ParameterizedTest
  @CsvSource({"PAPER,TANH", "PAPER,SILU", "LARGE,RELU"})
  void shouldGiveThePosteriorsOfOnnxRuntime(
      NetworkPreset preset, Activation activation, @TempDir Path folder) {
    assertSamePosteriors(preset, activation, folder);
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({"STANDARD,SILU", "LARGE,ELU"})
  void shouldGiveThePosteriorsOfOnnxRuntimeForALargeNetwork(
      NetworkPreset preset, Activation activation, @TempDir Path folder) {
    assertSamePosteriors(preset, activation, folder);
  }

  private static void assertSamePosteriors(
      NetworkPreset preset, Activation activation, Path folder) {
    assumeTrue(TileGraph.problem().isEmpty(), TileGraph.problem());
    new PresetBundle(preset, activation).write(folder.resolve("bundle"));
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    List<float[]> rows = new RandomObjects(bundle).rows(5);
    EngineOptions options = EngineOptions.defaults().withSamples(250);
    try (PosteriorEngine plain = PosteriorEngine.open(bundle, options.withKernels(Kernels.NONE));
        PosteriorEngine fast = PosteriorEngine.open(bundle, options)) {
      assertThat(plain.evaluator()).isEqualTo("ONNX Runtime");
      assertThat(fast.evaluator()).startsWith("kernel");
      List<ObjectSummary> expected = plain.infer(rows);
      List<ObjectSummary> found = fast.infer(rows);
      for (int i = 0; i < rows.size(); i++) {
        for (int d = 0; d < expected.get(i).mean().length; d++) {
          double sd = expected.get(i).sd(d);
          assertThat(found.get(i).mean()[d])
              .isCloseTo(expected.get(i).mean()[d], within(1e-3 * sd));
          assertThat(found.get(i).sd(d)).isCloseTo(sd, within(1e-3 * sd));
        }
      }
    }
  }
}
