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
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

class Bfloat16ProductsTest {
  private static final int FEATURES = 4;
  private static final int PARAMETERS = 3;
  private static final int UNITS = 64;
  private static final int SAMPLES = 500;

  @TempDir static Path folder;
  private static Manifest manifest;

  private final Random random = new Random(5);
  private final double[] first = normal(PARAMETERS * UNITS, 1);
  private final double[] second = normal(UNITS * UNITS, 0.2);
  private final double[] last = normal(UNITS, 0.2);

  @BeforeAll
  static void writeBundle() {
    manifest = Bundle.load(LinearGaussianBundle.write(folder.resolve("bundle"))).manifest();
  }

  private double[] normal(int count, double sd) {
    return random.doubles(count).map(u -> sd * random.nextGaussian()).toArray();
  }

  /**
   * theta = noise, or a hidden layer of it, and log_weight a network of theta with two hidden
   * layers.
   */
  private byte[] graph(boolean alsoOfTheSamples) {
    OnnxModelWriter graph = new OnnxModelWriter();
    graph.input("x", "B", FEATURES).input("noise", "S", PARAMETERS);
    graph.output("theta", "B", "S", PARAMETERS).output("log_prob", "B", "S");
    graph.output("log_weight", "B", "S", 1);
    graph.constant("w1", first, PARAMETERS, UNITS).constant("w2", second, UNITS, UNITS);
    graph.constant("w3", last, UNITS, 1).constant("back", normal(3 * UNITS, 0.3), UNITS, 3);
    graph.integers("features", 1).sum("total", "x", "features");
    graph.integers("axes", 1, 2).node("Unsqueeze", "totals", "total", "axes");
    graph.node("Add", "points", "totals", "noise");
    graph.node("MatMul", "flow1", "points", "w1").node("Tanh", "flow2", "flow1");
    graph.node("MatMul", "flow3", "flow2", "w2").node("MatMul", "flow4", "flow3", "back");
    graph.node("Add", "theta", "points", alsoOfTheSamples ? "flow4" : "points");
    graph.integers("last", 2).sum("log_prob", "theta", "last");
    graph.node("MatMul", "hidden1", "theta", "w1").node("Tanh", "hidden2", "hidden1");
    graph.node("MatMul", "hidden3", "hidden2", "w2").node("Tanh", "hidden4", "hidden3");
    graph.node("MatMul", "log_weight", "hidden4", "w3");
    return graph.build();
  }

  private static FloatBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private Map<String, FloatBuffer> inputs() {
    FloatBuffer noise = memory(SAMPLES * PARAMETERS);
    for (int i = 0; i < noise.capacity(); i++) {
      noise.put(i, (float) random.nextGaussian());
    }
    return Map.of("x", memory(FEATURES), "noise", noise);
  }

  @Test
  void shouldRoundLargeProductsThatNoSampleDependsOn() throws UnfitGraphException {
    List<Bfloat16Products.Product> products = Bfloat16Products.of(OnnxModel.read(graph(true)));
    assertThat(products).extracting(Bfloat16Products.Product::output).containsExactly("hidden3");
    assertThat(products.get(0).input()).isEqualTo("hidden2");
    assertThat(products.get(0).weight()[1]).as("row-major").isEqualTo((float) second[UNITS]);
  }

  @Test
  void shouldComputeWithRoundedFactorsAndSumsOfFloat32() throws UnfitGraphException {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
    assumeTrue(TileLibrary.hasBfloat16(), "this processor has no bfloat16");
    Map<String, FloatBuffer> inputs = inputs();
    FloatBuffer theta = memory(SAMPLES * PARAMETERS);
    FloatBuffer exact = memory(SAMPLES);
    FloatBuffer rounded = memory(SAMPLES);
    FloatBuffer thetaOfRounded = memory(SAMPLES * PARAMETERS);
    try (TileGraph tiles = TileGraph.open(graph(true), manifest, 1)) {
      assertThat(tiles.takesBfloat16()).isTrue();
      tiles.run(1, SAMPLES, inputs, Map.of("theta", theta, "log_weight", exact));
      try (TileGraph fast = tiles.inBfloat16(1, SAMPLES, inputs)) {
        assertThat(fast).asString().contains("1 products of bfloat16");
        fast.run(1, SAMPLES, inputs, Map.of("theta", thetaOfRounded, "log_weight", rounded));
      }
    }
    assertThat(thetaOfRounded).as("samples").isEqualTo(theta);
    double squares = 0;
    for (int s = 0; s < SAMPLES; s++) {
      assertThat((double) exact.get(s)).isCloseTo(network(theta, s, false), within(2e-5));
      assertThat((double) rounded.get(s)).isCloseTo(network(theta, s, true), within(0.03));
      squares += Math.pow(rounded.get(s) - exact.get(s), 2);
    }
    assertThat(Math.sqrt(squares / SAMPLES)).as("rms").isBetween(1e-5, 0.01);
  }

  /** The network, with values of the hidden layer that are rounded or not. */
  private double network(FloatBuffer theta, int sample, boolean isRounded) {
    double sum = 0;
    double[] hidden = new double[UNITS];
    for (int u = 0; u < UNITS; u++) {
      double total = 0;
      for (int d = 0; d < PARAMETERS; d++) {
        total += theta.get(sample * PARAMETERS + d) * (float) first[d * UNITS + u];
      }
      float value = (float) Math.tanh(total);
      hidden[u] = isRounded ? Bfloat16Weights.nearest(value) : value;
    }
    for (int u = 0; u < UNITS; u++) {
      double total = 0;
      for (int i = 0; i < UNITS; i++) {
        total += hidden[i] * (float) second[i * UNITS + u];
      }
      sum += Math.tanh(total) * (float) last[u];
    }
    return sum;
  }

  @Test
  void shouldRefuseProductsOfBfloat16WithVectorsThatHaveNone() throws UnfitGraphException {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
    try (TileGraph tiles = TileGraph.open(graph(true), manifest, 8, 1)) {
      assertThat(tiles.takesBfloat16()).isFalse();
      Map<String, FloatBuffer> inputs = inputs();
      assertThatThrownBy(() -> tiles.inBfloat16(1, SAMPLES, inputs))
          .isInstanceOf(UnfitGraphException.class)
          .hasMessageContaining("bfloat16");
    }
  }

  /** A program that someone has changed is refused, and never reads or writes beyond its memory. */
  @Test
  void shouldRefuseProgramsThatLeaveTheirMemory() throws UnfitGraphException {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
    assumeTrue(TileLibrary.hasBfloat16(), "this processor has no bfloat16");
    TileProgram program =
        TileCompiler.compile(
            OnnxModel.read(graph(true)),
            Map.of("hidden3", new float[UNITS * UNITS]),
            List.of("log_weight"),
            FEATURES,
            0,
            PARAMETERS);
    int[] code = program.sampleCode();
    int refused = 0;
    for (int i = 0; i < code.length; i++) {
      int kept = code[i];
      for (int other : new int[] {-1, 0, kept + 1, 1_000_000, Integer.MAX_VALUE}) {
        code[i] = other;
        refused += runs(program) ? 0 : 1;
      }
      code[i] = kept;
    }
    assertThat(runs(program)).isTrue();
    assertThat(refused).isGreaterThan(100);
  }

  private boolean runs(TileProgram program) {
    try {
      long handle = TileLibrary.create(program, 16, 64);
      Map<String, FloatBuffer> inputs = inputs();
      FloatBuffer[] outputs = {memory(SAMPLES)};
      IntBuffer stop = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).asIntBuffer();
      try {
        TileLibrary.run(
            handle,
            1,
            SAMPLES,
            inputs.get("x"),
            inputs.get("noise"),
            null,
            false,
            outputs,
            1,
            stop);
      } finally {
        TileLibrary.destroy(handle);
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
