package org.sidereus.exporter.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/**
 * Flows of sbi, lampe and zuko, with random weights, by their weights. The samples and densities
 * beside them were computed by these frameworks in double precision ({@code make.py} in the folder
 * of the flows).
 */
class FrameworkFlowsTest {

  static Stream<Path> flows() throws IOException, URISyntaxException {
    Path all =
        Path.of(
            Objects.requireNonNull(FrameworkFlowsTest.class.getResource("/foreign/make.py"))
                .toURI());
    try (Stream<Path> folders = Files.list(all.resolveSibling(""))) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void shouldSampleLikeTheFramework(Path folder) {
    FlowNetwork flow = FlowNetwork.read(folder);
    Weights expected = Weights.read(folder.resolve("parity.safetensors"));
    Tensor noise = expected.get("noise");
    byte[] graph = PosteriorGraph.of(flow, List.of());
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs =
          run.run(Map.of(GraphContract.FEATURES, expected.get("x"), GraphContract.NOISE, noise));
    }
    float[] theta = GraphRun.output(outputs, GraphContract.THETA);
    float[] logProb = GraphRun.output(outputs, GraphContract.LOG_PROB);
    int d = flow.spec().dimensions();
    float[] sd = deviations(expected.get("theta").values(), d);
    for (int i = 0; i < theta.length; i++) {
      assertThat((theta[i] - expected.get("theta").values()[i]) / sd[i % d])
          .as("theta[%d]", i)
          .isCloseTo(0, within(1e-4f));
    }
    assertThat(logProb).containsExactly(expected.get("log_prob").values(), within(1e-4f));
    ParityCheck check = new ParityCheck(expected.get("x"));
    assertThat(check.posterior(flow, graph, List.of()).passed()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("flows")
  void shouldHaveTheDensityOfTheFramework(Path folder) {
    FlowNetwork flow = FlowNetwork.read(folder);
    Weights expected = Weights.read(folder.resolve("parity.safetensors"));
    Tensor x = expected.get("x");
    int samples = expected.get("noise").rows();
    int d = flow.spec().dimensions();
    int f = flow.spec().features();
    float[] each = new float[x.rows() * samples * f];
    for (int i = 0; i < each.length; i++) {
      each[i] = x.values()[i / (samples * f) * f + i % f];
    }
    float[] theta = expected.get("theta").values();
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(DensityGraph.of(flow))) {
      outputs =
          run.run(
              Map.of(
                  GraphContract.THETA, Tensor.matrix(theta.length / d, d, theta),
                  GraphContract.FEATURES, Tensor.matrix(theta.length / d, f, each)));
    }
    // theta is rounded to float32 here and was not there
    assertThat(GraphRun.output(outputs, GraphContract.LOG_PROB))
        .containsExactly(expected.get("log_prob").values(), within(1e-4f));
  }

  private static float[] deviations(float[] theta, int d) {
    float[] result = new float[d];
    for (int i = 0; i < d; i++) {
      double sum = 0;
      double squares = 0;
      for (int at = i; at < theta.length; at += d) {
        sum += theta[at];
        squares += (double) theta[at] * theta[at];
      }
      double n = theta.length / (double) d;
      result[i] = (float) Math.sqrt(squares / n - sum * sum / (n * n));
    }
    return result;
  }
}
