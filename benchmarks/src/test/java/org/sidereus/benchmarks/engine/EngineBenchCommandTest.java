package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.cli.Sidereus;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.networks.Activation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import picocli.CommandLine;

class EngineBenchCommandTest {

  @Test
  void shouldEndWithOneJsonObject() throws IOException {
    StringWriter out = new StringWriter();
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out));
    int code =
        line.execute(
            "bench",
            "engine",
            "--preset",
            "paper",
            "--samples",
            "16",
            "--threads",
            "1",
            "--seconds",
            "0.1",
            "--json");
    assertThat(code).isZero();
    String[] lines = out.toString().strip().split("\\R");
    JsonNode json = new JsonMapper().readTree(lines[lines.length - 1]);
    assertThat(json.path("objects_per_second").asDouble()).isPositive();
    assertThat(json.path("samples_per_second").asDouble())
        .isEqualTo(16 * json.path("objects_per_second").asDouble());
    assertThat(json.path("samples_per_object").asInt()).isEqualTo(16);
    assertThat(json.path("threads").asInt()).isEqualTo(1);
    assertThat(json.path("device").asText()).isEqualTo("cpu");
    assertThat(json.path("gflops").asDouble()).isPositive();
  }

  @Test
  void shouldKnowPresetsByTheirNames() {
    assertThat(NetworkPreset.parse("wide")).isEqualTo(NetworkPreset.WIDE);
    assertThat(NetworkPreset.parse("sed")).isEqualTo(NetworkPreset.WIDE);
    assertThat(NetworkPreset.parse("Standard")).isEqualTo(NetworkPreset.STANDARD);
    StringWriter err = new StringWriter();
    CommandLine line = Sidereus.commandLine();
    line.setErr(new PrintWriter(err));
    assertThat(line.execute("bench", "engine", "--preset", "huge")).isEqualTo(2);
    assertThat(err.toString()).contains("'huge' is not a preset").contains("PAPER");
  }

  @Test
  void shouldRefuseAnUnknownDevice() {
    CommandLine line = Sidereus.commandLine();
    line.setErr(new PrintWriter(new StringWriter()));
    assertThat(line.execute("bench", "engine", "--device", "abacus")).isEqualTo(2);
  }

  /**
   * One multiplication and one addition for each weight that is not forbidden: no hidden unit is
   * evaluated twice. What comes from units of degree 0 is evaluated once for each object.
   */
  @Test
  void shouldUseEveryWeightOncePerSample() {
    var flow = NetworkPreset.PAPER.flow(Activation.TANH);
    double expected = 0;
    for (int t = 0; t < flow.spec().transforms().size(); t++) {
      TransformSpec transform = flow.spec().transforms().get(t);
      String name = "transforms." + t + ".";
      expected += products(flow.weights().get(name + "layers.0.weight"), null);
      expected +=
          products(flow.weights().get(name + "layers.1.weight"), transform.degrees().get(0));
      expected += products(flow.weights().get(name + "output.weight"), transform.degrees().get(1));
    }
    assertThat(FlowCost.operationsPerSample(PosteriorGraph.of(flow, List.of())))
        .isEqualTo(2 * expected);
  }

  private static int products(Tensor weight, List<Integer> degreesOfInputs) {
    int products = 0;
    for (int row = 0; row < weight.rows(); row++) {
      for (int j = 0; j < weight.columns(); j++) {
        boolean ofSample = degreesOfInputs == null || degreesOfInputs.get(j) > 0;
        products += ofSample && weight.at(row, j) != 0 ? 1 : 0;
      }
    }
    return products;
  }
}
