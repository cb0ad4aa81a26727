package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.engine.kernel.UnfitGraphException;
import org.sidereus.testing.LinearGaussianBundle;

class KernelCheckTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path folder;

  @BeforeEach
  void assumeKernel() {
    assumeTrue(TileGraph.problem().isEmpty(), TileGraph.problem());
  }

  private Bundle bundle(String name, double shift, double widening) {
    return Bundle.load(LinearGaussianBundle.writeWeighted(folder.resolve(name), shift, widening));
  }

  private static TileGraph kernel(Bundle bundle) throws UnfitGraphException {
    return TileGraph.open(bundle.read(Manifest.POSTERIOR), bundle.manifest(), 1);
  }

  @Test
  void shouldTakeAKernelWithTheNumbersOfOnnxRuntime() throws UnfitGraphException {
    Bundle bundle = bundle("right", 0, 1);
    try (OnnxGraph graph = OnnxGraph.open(bundle, Manifest.POSTERIOR, Device.CPU, 1)) {
      graph.take(kernel(bundle), bundle.manifest(), LIMIT);
      assertThat(graph.evaluator()).startsWith("kernel");
    }
  }

  @Test
  void shouldRefuseAKernelWithOtherNumbers() throws UnfitGraphException {
    Bundle bundle = bundle("right", 0, 1);
    Bundle shifted = bundle("shifted", 0.01, 1);
    Bundle widened = bundle("widened", 0, 1.01);
    try (OnnxGraph graph = OnnxGraph.open(bundle, Manifest.POSTERIOR, Device.CPU, 1)) {
      graph.take(kernel(shifted), bundle.manifest(), LIMIT);
      assertThat(graph.evaluator()).isEqualTo("ONNX Runtime");
      graph.take(kernel(widened), bundle.manifest(), LIMIT);
      assertThat(graph.evaluator()).isEqualTo("ONNX Runtime");
    }
  }

  @Test
  void shouldEndAnEvaluationThatTakesTooLong() throws UnfitGraphException, OrtException {
    Bundle bundle = bundle("right", 0, 1);
    int d = LinearGaussianBundle.PARAMETERS.size();
    int samples = 4_096;
    try (OnnxGraph graph = OnnxGraph.open(bundle, Manifest.POSTERIOR, Device.CPU, 1);
        FloatTensor x = FloatTensor.allocate(graph.environment(), 1, 4);
        FloatTensor noise = FloatTensor.allocate(graph.environment(), samples, d);
        FloatTensor theta = FloatTensor.allocate(graph.environment(), 1, samples, d)) {
      graph.take(kernel(bundle), bundle.manifest(), LIMIT);
      Map<String, OnnxTensor> inputs = Map.of("x", x.tensor(), "noise", noise.tensor());
      Map<String, OnnxTensor> outputs = Map.of("theta", theta.tensor());
      Runnable endless =
          () -> {
            while (true) {
              graph.run(inputs, outputs);
            }
          };
      assertThatThrownBy(() -> graph.within(Duration.ofMillis(20), endless))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("takes more than");
      graph.run(inputs, outputs);
    }
  }
}
