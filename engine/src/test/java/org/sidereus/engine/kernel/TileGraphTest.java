package org.sidereus.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

class TileGraphTest {
  private static final int FEATURES = 4;
  private static final int PARAMETERS = 3;
  private static final int SAMPLES = 1_000;

  @TempDir static Path folder;
  private static Manifest manifest;

  @BeforeAll
  static void writeBundle() {
    manifest = Bundle.load(LinearGaussianBundle.write(folder.resolve("bundle"))).manifest();
  }

  private static void assumeKernel() {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
  }

  private static FloatBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Noise from -12 to 12, evenly spaced, for each of the parameters. */
  private static FloatBuffer noise() {
    FloatBuffer noise = memory(SAMPLES * PARAMETERS);
    for (int i = 0; i < noise.capacity(); i++) {
      noise.put(i, (float) (-12 + 24.0 * i / (noise.capacity() - 1)));
    }
    return noise;
  }

  /** theta = f(noise) + sum of the features. */
  private static byte[] graphOf(String operator, boolean ofMagnitude) {
    OnnxModelWriter graph = new OnnxModelWriter();
    graph.input("x", "B", FEATURES).input("noise", "S", PARAMETERS);
    graph.output("theta", "B", "S", PARAMETERS).output("log_prob", "B", "S");
    if (ofMagnitude) {
      graph.node("Abs", "argument", "noise");
    }
    if (operator.equals("SiLU")) {
      graph.node("Sigmoid", "gate", "noise").node("Mul", "value", "noise", "gate");
    } else {
      graph.node(operator, "value", ofMagnitude ? "argument" : "noise");
    }
    graph.integers("features", 1).sum("total", "x", "features");
    graph.integers("axes", 1, 2).node("Unsqueeze", "totals", "total", "axes");
    graph.node("Add", "theta", "totals", "value");
    graph.integers("last", 2).sum("log_prob", "theta", "last");
    return graph.build();
  }

  private static FloatBuffer theta(TileGraph tiles, int objects, FloatBuffer x, int samples) {
    FloatBuffer theta = memory(objects * samples * PARAMETERS);
    tiles.run(objects, samples, Map.of("x", x, "noise", noise()), Map.of("theta", theta));
    return theta;
  }

  private static double exact(String operator, double x) {
    return switch (operator) {
      case "Exp" -> Math.exp(x);
      case "Tanh" -> Math.tanh(x);
      case "Erf" -> Erf.erf(x);
      case "Softsign" -> x / (1 + Math.abs(x));
      case "Sigmoid" -> 1 / (1 + Math.exp(-x));
      case "SiLU" -> x / (1 + Math.exp(-x));
      case "Relu" -> Math.max(0, x);
      case "Elu" -> x > 0 ? x : Math.expm1(x);
      case "Neg" -> -x;
      case "Log" -> Math.log(Math.abs(x));
      default -> throw new IllegalArgumentException(operator);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Exp", "Tanh", "Erf", "Softsign", "Sigmoid", "SiLU", "Relu", "Elu", "Neg", "Log"})
  void shouldComputeOperatorsToFloat32Precision(String operator) throws UnfitGraphException {
    assumeKernel();
    FloatBuffer noise = noise();
    for (int lanes = 8; lanes <= TileLibrary.lanes(); lanes *= 2) {
      try (TileGraph tiles =
          TileGraph.open(graphOf(operator, operator.equals("Log")), manifest, lanes, 1)) {
        FloatBuffer theta = theta(tiles, 1, memory(FEATURES), SAMPLES);
        for (int i = 0; i < theta.capacity(); i++) {
          double exact = exact(operator, noise.get(i));
          double ulps =
              switch (operator) {
                case "Elu" -> 2e-7;
                case "SiLU" -> 2e-7 * Math.max(1, Math.abs(exact));
                default -> 4e-7 * Math.abs(exact) + 1e-37;
              };
          assertThat((double) theta.get(i)).isCloseTo(exact, within(ulps));
        }
      }
    }
  }

  @Test
  void shouldGiveEachObjectTheSameToTheLastBitWhateverIsBesideIt() throws UnfitGraphException {
    assumeKernel();
    int objects = 19;
    FloatBuffer all = memory(objects * FEATURES);
    for (int i = 0; i < all.capacity(); i++) {
      all.put(i, (float) Math.sin(i));
    }
    try (TileGraph tiles = TileGraph.open(LinearGaussianBundle.posteriorGraph(), manifest, 3)) {
      FloatBuffer together = theta(tiles, objects, all, SAMPLES);
      for (int object = 0; object < objects; object++) {
        FloatBuffer x = all.slice(object * FEATURES, FEATURES);
        // some samples only: a tile is not full
        FloatBuffer alone = theta(tiles, 1, x, 77);
        for (int i = 0; i < alone.capacity(); i++) {
          assertThat(alone.get(i)).isEqualTo(together.get(object * SAMPLES * PARAMETERS + i));
        }
      }
    }
  }

  @Test
  void shouldNotChangeAValueThatAnotherNodeReadsUnderAnotherName() throws UnfitGraphException {
    assumeKernel();
    OnnxModelWriter graph = new OnnxModelWriter();
    graph.input("x", "B", FEATURES).input("noise", "S", PARAMETERS);
    graph.output("theta", "B", "S", PARAMETERS);
    graph.constant("weight", new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3);
    graph.constant("bias", new double[] {0.5, 0.5, 0.5}, 3);
    graph.node("MatMul", "product", "noise", "weight").node("Add", "h", "product", "bias");
    graph.integers("zero", 0).node("Unsqueeze", "same", "h", "zero").node("Tanh", "t", "same");
    graph.integers("features", 1).sum("total", "x", "features");
    graph.integers("axes", 1, 2).node("Unsqueeze", "totals", "total", "axes");
    graph.node("Add", "both", "t", "h").node("Add", "theta", "totals", "both");
    FloatBuffer noise = noise();
    try (TileGraph tiles = TileGraph.open(graph.build(), manifest, 1)) {
      FloatBuffer theta = theta(tiles, 1, memory(FEATURES), SAMPLES);
      for (int i = 0; i < theta.capacity(); i++) {
        double h = noise.get(i) + 0.5;
        assertThat((double) theta.get(i)).isCloseTo(h + Math.tanh(h), within(2e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Exp", "Tanh", "Erf", "Softsign", "Sigmoid", "SiLU", "Relu", "Elu", "Neg", "Log"})
  void shouldKeepWhatIsNoNumber(String operator) throws UnfitGraphException {
    assumeKernel();
    FloatBuffer noise = noise();
    noise.put(1, Float.NaN);
    for (int lanes = 8; lanes <= TileLibrary.lanes(); lanes *= 2) {
      try (TileGraph tiles = TileGraph.open(graphOf(operator, false), manifest, lanes, 1)) {
        FloatBuffer theta = memory(SAMPLES * PARAMETERS);
        Map<String, FloatBuffer> inputs = Map.of("x", memory(FEATURES), "noise", noise);
        tiles.run(1, SAMPLES, inputs, Map.of("theta", theta));
        assertThat(theta.get(1)).isNaN();
      }
    }
  }

  @Test
  void shouldComputeActivationsOfLargeNumbers() throws UnfitGraphException {
    assumeKernel();
    float[] large = {Float.POSITIVE_INFINITY, 3e38f, 100, -100, -3e38f};
    FloatBuffer noise = noise();
    noise.put(0, large);
    Map<String, FloatBuffer> inputs = Map.of("x", memory(FEATURES), "noise", noise);
    for (int lanes = 8; lanes <= TileLibrary.lanes(); lanes *= 2) {
      for (String operator : List.of("SiLU", "Sigmoid", "Tanh")) {
        try (TileGraph tiles = TileGraph.open(graphOf(operator, false), manifest, lanes, 1)) {
          FloatBuffer theta = memory(SAMPLES * PARAMETERS);
          tiles.run(1, SAMPLES, inputs, Map.of("theta", theta));
          for (int i = 0; i < large.length; i++) {
            double exact =
                operator.equals("SiLU") ? Math.max(0, large[i]) : exact(operator, large[i]);
            assertThat((double) theta.get(i)).isCloseTo(exact, within(1e-7));
          }
        }
      }
    }
  }

  @Test
  void shouldEndWhenItIsStopped() throws UnfitGraphException {
    assumeKernel();
    try (TileGraph tiles = TileGraph.open(graphOf("Exp", false), manifest, 2)) {
      Map<String, FloatBuffer> inputs = Map.of("x", memory(2 * FEATURES), "noise", noise());
      FloatBuffer theta = memory(2 * SAMPLES * PARAMETERS);
      tiles.stop(true);
      assertThat(tiles.run(2, SAMPLES, inputs, Map.of("theta", theta))).isFalse();
      assertThat(theta.get(0)).isZero();
      tiles.stop(false);
      assertThat(tiles.run(2, SAMPLES, inputs, Map.of("theta", theta))).isTrue();
      assertThat(theta.get(0)).isNotZero();
    }
  }

  @Test
  void shouldTakeNoObjectsAndNoSamples() throws UnfitGraphException {
    assumeKernel();
    try (TileGraph tiles = TileGraph.open(graphOf("Exp", false), manifest, 2)) {
      assertThat(theta(tiles, 0, memory(0), SAMPLES).capacity()).isZero();
      assertThat(theta(tiles, 3, memory(3 * FEATURES), 0).capacity()).isZero();
      assertThatThrownBy(() -> tiles.run(-1, 1, Map.of(), Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldNotRunWhenItIsClosed() throws UnfitGraphException {
    assumeKernel();
    TileGraph tiles = TileGraph.open(graphOf("Exp", false), manifest, 1);
    tiles.close();
    assertThatThrownBy(() -> theta(tiles, 1, memory(FEATURES), SAMPLES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** Each number of the instructions is changed: what is not refused must not end the process. */
  @Test
  void shouldRefuseProgramsThatLeaveTheirMemory() throws UnfitGraphException {
    assumeKernel();
    OnnxModel model = OnnxModel.read(LinearGaussianBundle.posteriorGraph());
    List<String> wanted = List.of("log_prob", "theta");
    TileProgram program = TileCompiler.compile(model, Map.of(), wanted, FEATURES, 0, PARAMETERS);
    int refused = 0;
    for (int[] code :
        List.of(program.sizes(), program.objectCode(), program.sampleCode(), program.outputs())) {
      for (int i = 0; i < code.length; i++) {
        int kept = code[i];
        for (int other : new int[] {-1_000_000, -1, 0, kept + 1, 1_000_000, Integer.MAX_VALUE}) {
          code[i] = other;
          refused += runs(program) ? 0 : 1;
        }
        code[i] = kept;
      }
    }
    assertThat(runs(program)).isTrue();
    assertThat(refused).isGreaterThan(400);
  }

  private static boolean runs(TileProgram program) {
    try {
      long handle = TileLibrary.create(program, 8, 64);
      FloatBuffer[] outputs = {memory(2 * 70), memory(2 * 70 * PARAMETERS)};
      IntBuffer stop = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).asIntBuffer();
      try {
        TileLibrary.run(
            handle, 2, 70, memory(2 * FEATURES), noise(), null, false, outputs, 1, stop);
      } finally {
        TileLibrary.destroy(handle);
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void shouldLeaveAGraphWithAnUnknownOperatorAlone() {
    assumeKernel();
    assertThatThrownBy(() -> TileGraph.open(graphOf("Sin", false), manifest, 1))
        .isInstanceOf(UnfitGraphException.class)
        .hasMessageContaining("Sin");
  }

  @Test
  void shouldRefuseMemoryThatIsTooSmall() throws UnfitGraphException {
    assumeKernel();
    try (TileGraph tiles = TileGraph.open(graphOf("Exp", false), manifest, 1)) {
      assertThatThrownBy(() -> theta(tiles, 2, memory(FEATURES), SAMPLES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("x needs direct memory of 8 numbers");
    }
  }

  @Test
  void shouldSayWhyThereIsNoLibrary() {
    assertThat(TileLibrary.load("libmissing.so")).matches("this build had no .*|there is none .*");
  }
}
