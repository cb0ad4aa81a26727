package org.sidereus.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;

class NetworkFilesTest {
  @TempDir Path directory;

  private final RandomNetworks networks = new RandomNetworks(new Random(1), 1);

  @Test
  void shouldReadBackTheFlowItWrote() {
    FlowNetwork flow = networks.flow(spec());
    flow.write(directory);
    assertThat(FlowNetwork.read(directory)).isEqualTo(flow);
  }

  @Test
  void shouldReadBackTheEmulatorItWrote() {
    EmulatorNetwork emulator =
        networks.emulator(
            new EmulatorSpec(
                List.of(new ParameterScaling.Affine(1, 2)),
                List.of(4, 3),
                Activation.SILU,
                List.of(new Standardisation(0, 1), new Standardisation(-3, 0.5)),
                true));
    emulator.write(directory);
    assertThat(EmulatorNetwork.read(directory)).isEqualTo(emulator);
  }

  @Test
  void shouldWriteTheKeysOfTheContract() throws IOException {
    spec().write(directory.resolve("flow.json"));
    assertThat(Files.readString(directory.resolve("flow.json")))
        .contains("\"kind\" : \"masked-autoregressive-flow\"")
        .contains("\"kind\" : \"probit\"")
        .contains("\"kind\" : \"rational-quadratic-spline\"")
        .contains("\"log_scale_bound\" : 5.0")
        .contains("\"min_bin_width\" : 0.001")
        .contains("\"activation\" : \"tanh\"")
        .doesNotContain("dimensions", "outputs_per_dimension", "context_width", "tensor_shapes");
  }

  @Test
  void shouldReadAMinimalFlow() throws IOException {
    Path file = directory.resolve("flow.json");
    Files.writeString(
        file,
        """
        {"kind": "masked-autoregressive-flow",
         "parameter_scaling": [{"kind": "affine", "shift": 0, "scale": 1}],
         "feature_scaling": [{"shift": 0, "scale": 1}],
         "embedding": null,
         "transforms": [{"kind": "affine", "order": [0], "degrees": [[0, 0]],
                         "activation": "relu", "log_scale_bound": 5}]}
        """);
    assertThat(FlowSpec.read(file).dimensions()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scale\": 1->scale\": 0->scale must be positive",
        "order\": [0]->order\": [1]->order must hold each of 0 to 0 once",
        "[[0, 0]]->[[0, 1]]->a degree must be between 0 and 0",
        "relu->gelu->gelu",
        "\"log_scale_bound\"->\"log_scale_bond\"->transforms[0].log_scale_bound: a number is"
            + " missing",
        "\"kind\": \"masked-autoregressive-flow\"->\"kind\": \"vae\"->vae",
      })
  void shouldSayWhatIsWrongInASpec(String change) throws IOException {
    String[] parts = change.split("->");
    String text =
        """
        {"kind": "masked-autoregressive-flow",
         "parameter_scaling": [{"kind": "affine", "shift": 0, "scale": 1}],
         "feature_scaling": [{"shift": 0, "scale": 1}],
         "embedding": null,
         "transforms": [{"kind": "affine", "order": [0], "degrees": [[0, 0]],
                         "activation": "relu", "log_scale_bound": 5}]}
        """;
    assertThat(text).contains(parts[0]);
    Path file = directory.resolve("flow.json");
    Files.writeString(file, text.replace(parts[0], parts[1]));
    assertThatThrownBy(() -> FlowSpec.read(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("flow.json")
        .hasMessageContaining(parts[2]);
  }

  @Test
  void shouldRefuseAWeightThatBreaksTheOrder() {
    FlowNetwork flow = networks.flow(spec());
    Map<String, Tensor> tensors = new TreeMap<>(flow.weights().tensors());
    float[] values = tensors.get("transforms.0.output.weight").values().clone();
    // The first dimension of the order must not see a unit of the highest degree.
    values[1 * 4 + 3] = 0.1f;
    tensors.put("transforms.0.output.weight", Tensor.matrix(4, 4, values));
    assertThatThrownBy(() -> new FlowNetwork(flow.spec(), new Weights(tensors)))
        .hasMessageContaining("transforms.0.output.weight")
        .hasMessageContaining("[1, 3]");
  }

  @Test
  void shouldRefuseWeightsOfAnotherShape() {
    FlowNetwork flow = networks.flow(spec());
    Map<String, Tensor> tensors = new TreeMap<>(flow.weights().tensors());
    tensors.put("transforms.0.output.bias", Tensor.vector(1, 2));
    assertThatThrownBy(() -> new FlowNetwork(flow.spec(), new Weights(tensors)))
        .hasMessageContaining("transforms.0.output.bias")
        .hasMessageContaining("[4]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,-8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000,1000000000,1000000000],"
            + "\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "[1, 2]",
        "{\"a\": ",
      })
  void shouldRefuseABrokenSafetensorsFile(String header) throws IOException {
    Path file = directory.resolve("broken.safetensors");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(16 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    Files.write(file, bytes.array());
    assertThatThrownBy(() -> Weights.read(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("broken.safetensors");
  }

  @Test
  void shouldRefuseAHeaderLongerThanTheFile() throws IOException {
    Path file = directory.resolve("broken.safetensors");
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Weights.read(file)).hasMessageContaining("header claims");
  }

  private static FlowSpec spec() {
    return new FlowSpec(
        List.of(new ParameterScaling.Probit(0, 1, 0, 1), new ParameterScaling.Log(0, 0, 1)),
        List.of(new Standardisation(0, 1)),
        new EmbeddingSpec(List.of(3), Activation.SILU),
        List.of(
            new TransformSpec.Affine(
                List.of(1, 0), List.of(List.of(0, 0, 1, 1)), Activation.TANH, 5),
            new TransformSpec.RationalQuadraticSpline(
                List.of(0, 1),
                List.of(List.of(0, 1), List.of(1, 0)),
                Activation.RELU,
                4,
                5,
                1e-3,
                1e-3,
                1e-3)));
  }

  @Test
  void shouldReadOrRefuseSafetensorsThatBrokeAReader() throws IOException {
    Path attacks = Path.of(System.getProperty("sidereus.shared", "shared"), "cases", "attacks");
    assumeTrue(Files.isDirectory(attacks), attacks + " is not here; set -Dsidereus.shared");
    try (Stream<Path> files = Files.list(attacks)) {
      List<Path> hostile = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
      assertThat(hostile).isNotEmpty();
      for (Path file : hostile) {
        // a tensor without numbers is none that breaks anything
        assertThat(catchThrowable(() -> new Safetensors().read(file)))
            .as(file.toString())
            .satisfiesAnyOf(
                error -> assertThat(error).isNull(),
                error ->
                    assertThat(error)
                        .isInstanceOf(SidereusException.class)
                        .hasMessageContaining(file.getFileName().toString())
                        .hasMessageNotContainingAny("\n", "\u001b"));
      }
    }
  }

  @Test
  void shouldEscapeTheControlCharactersOfTheNamesOfTensors() throws IOException {
    Path file = directory.resolve("weights.safetensors");
    byte[] header =
        "{\"a\\n\\u009b31m\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + header.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
    assertThatThrownBy(() -> new Safetensors().read(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("\\u009b31m of shape [2]")
        .hasMessageNotContainingAny("\n", "\u009b");
  }
}
