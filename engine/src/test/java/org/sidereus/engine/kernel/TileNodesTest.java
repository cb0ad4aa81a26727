package org.sidereus.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

/** Nodes as programs that record other frameworks write them, beside ONNX Runtime. */
class TileNodesTest {
  private static final int OBJECTS = 3;
  private static final int SAMPLES = 70;
  private static final int FEATURES = 4;
  private static final int PARAMETERS = 3;

  @TempDir static Path folder;
  private static Manifest manifest;

  @BeforeAll
  static void writeBundle() {
    manifest = Bundle.load(LinearGaussianBundle.write(folder.resolve("bundle"))).manifest();
  }

  private static Arguments node(String name, UnaryOperator<OnnxModelWriter> write) {
    return Arguments.of(name, write);
  }

  /** Each writes "result" [B,S,3] from "value" [B,S,3] and "positive" [B,S,3]. */
  static Stream<Arguments> nodes() {
    return Stream.of(
        node("ReduceMax", g -> reduced(g, "ReduceMax")),
        node("ReduceMin", g -> reduced(g, "ReduceMin")),
        node("ReduceMean", g -> reduced(g, "ReduceMean")),
        node("Softmax", g -> g.nodeWith("Softmax", "result", "axis", -1, "value")),
        node("CumSum", g -> g.integer("last", 2).node("CumSum", "result", "value", "last")),
        node("Sqrt", g -> g.node("Sqrt", "result", "positive")),
        node("Reciprocal", g -> g.node("Reciprocal", "result", "positive")),
        node("Floor", g -> g.node("Floor", "result", "value")),
        node("Softplus", g -> g.node("Softplus", "result", "value")),
        node("LeakyRelu", g -> g.nodeWith("LeakyRelu", "result", "alpha", 0.2f, "value")),
        node("Pow 2", g -> power(g, 2)),
        node("Pow 3", g -> power(g, 3)),
        node("Pow 0.5", g -> power(g, 0.5)),
        node("Pow -1", g -> power(g, -1)),
        node("Pad, Slice", TileNodesTest::paddedAndSliced),
        node("Slice backwards", TileNodesTest::turned),
        node("And, Or, Not, Cast", TileNodesTest::logic),
        node("Mod, Equal", TileNodesTest::remainders),
        node("GatherElements", TileNodesTest::gathered),
        node("Expand to a computed shape", TileNodesTest::expanded),
        node("Reshape to points and back", TileNodesTest::reshaped),
        node("Where of known truth values", TileNodesTest::chosen));
  }

  private static OnnxModelWriter reduced(OnnxModelWriter g, String operator) {
    return g.nodeWith(operator, "some", "axes", new long[] {2}, "value")
        .node("Add", "result", "value", "some");
  }

  private static OnnxModelWriter power(OnnxModelWriter g, double exponent) {
    return g.constant("exponent", new double[] {exponent})
        .node("Pow", "result", "positive", "exponent");
  }

  private static OnnxModelWriter paddedAndSliced(OnnxModelWriter g) {
    return g.integers("pads", 0, 0, 2, 0, 0, 1)
        .constant("filling", new double[] {-2.5})
        .node("Pad", "padded", "value", "pads", "filling")
        .integers("from", 1)
        .integers("to", -2)
        .integers("last", 2)
        .node("Slice", "result", "padded", "from", "to", "last");
  }

  private static OnnxModelWriter turned(OnnxModelWriter g) {
    return g.integers("from", -1)
        .integers("to", Long.MIN_VALUE + 1)
        .integers("last", 2)
        .integers("step", -1)
        .node("Slice", "result", "value", "from", "to", "last", "step");
  }

  private static OnnxModelWriter logic(OnnxModelWriter g) {
    return g.constant("half", new double[] {0.5}, 1)
        .node("Greater", "isLarge", "value", "half")
        .node("GreaterOrEqual", "isNoLess", "value", "positive")
        .node("LessOrEqual", "isNoMore", "value", "half")
        .node("Not", "isSmall", "isLarge")
        .node("And", "both", "isNoLess", "isNoMore")
        .node("Or", "one", "both", "isLarge")
        .nodeWith("Cast", "ones", "to", 1, "one")
        .nodeWith("Cast", "smalls", "to", 1, "isSmall")
        .node("Mul", "some", "ones", "value")
        .node("Sub", "result", "some", "smalls");
  }

  private static OnnxModelWriter places(OnnxModelWriter g) {
    return g.constant("edges", new double[] {-1, 0, 0.7}, 3)
        .integers("three", 3)
        .node("Unsqueeze", "each", "value", "three")
        .node("Less", "isAbove", "edges", "each")
        .nodeWith("Cast", "counts", "to", 7, "isAbove")
        .sum("bins", "counts", "three")
        .integer("one", 1)
        .node("Sub", "before", "bins", "one");
  }

  private static OnnxModelWriter remainders(OnnxModelWriter g) {
    return places(g)
        .integer("size", 3)
        .node("Mod", "rest", "before", "size")
        .integer("two", 2)
        .node("Equal", "isTwo", "rest", "two")
        .nodeWith("Cast", "twos", "to", 1, "isTwo")
        .nodeWith("Cast", "rests", "to", 1, "rest")
        .node("Sub", "result", "rests", "twos");
  }

  private static OnnxModelWriter gathered(OnnxModelWriter g) {
    // places from -1 on: -1 is the last
    return places(g).nodeWith("GatherElements", "result", "axis", 2, "positive", "before");
  }

  private static OnnxModelWriter expanded(OnnxModelWriter g) {
    return g.node("Shape", "sizes", "value")
        .node("Shape", "rank", "sizes")
        .node("ConstantOfShape", "zeros", "rank")
        .nodeWith("Cast", "whole", "to", 7, "sizes")
        .integers("minus", -1, -1, -1)
        .node("Equal", "isFree", "whole", "minus")
        .integers("ones", 1, 1, 1)
        .node("Where", "shape", "isFree", "ones", "sizes")
        .constant("numbers", new double[] {0.5, -1, 2}, 3)
        .node("Expand", "all", "numbers", "shape")
        .node("Mul", "result", "all", "value");
  }

  private static OnnxModelWriter reshaped(OnnxModelWriter g) {
    return g.integers("flat", -1, 3, 1)
        .node("Reshape", "points", "value", "flat")
        .node("Tanh", "some", "points")
        .node("Shape", "sizes", "value")
        .node("Reshape", "result", "some", "sizes");
  }

  private static OnnxModelWriter chosen(OnnxModelWriter g) {
    return g.integers("some", 1, 5, 1)
        .integers("three", 3)
        .node("Less", "isSmall", "some", "three")
        .node("Where", "result", "isSmall", "value", "positive");
  }

  private static byte[] graph(UnaryOperator<OnnxModelWriter> write) {
    OnnxModelWriter graph = new OnnxModelWriter();
    graph.input("x", "B", FEATURES).input("noise", "S", PARAMETERS);
    graph.output("theta", "B", "S", PARAMETERS).output("log_prob", "B", "S");
    graph.integers("features", 1).sum("total", "x", "features");
    graph.integers("axes", 1, 2).node("Unsqueeze", "totals", "total", "axes");
    graph.node("Add", "value", "totals", "noise");
    graph.node("Abs", "magnitude", "value").constant("offset", new double[] {0.1}, 1);
    graph.node("Add", "positive", "magnitude", "offset");
    write.apply(graph);
    graph.node("Neg", "negative", "result").node("Neg", "theta", "negative");
    graph.integers("last_axis", 2).sum("log_prob", "theta", "last_axis");
    return graph.build();
  }

  private static FloatBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static FloatBuffer waves(int size) {
    FloatBuffer numbers = memory(size);
    for (int i = 0; i < size; i++) {
      numbers.put(i, (float) Math.sin(1.3 * i));
    }
    return numbers;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nodes")
  void shouldGiveWhatOnnxRuntimeGives(String name, UnaryOperator<OnnxModelWriter> write)
      throws UnfitGraphException, OrtException {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
    byte[] graph = graph(write);
    FloatBuffer x = waves(OBJECTS * FEATURES);
    FloatBuffer noise = waves(SAMPLES * PARAMETERS);
    FloatBuffer theta = memory(OBJECTS * SAMPLES * PARAMETERS);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    for (int lanes = 8; lanes <= TileLibrary.lanes(); lanes *= 2) {
      try (TileGraph tiles = TileGraph.open(graph, manifest, lanes, 1);
          OrtSession session = environment.createSession(graph);
          OnnxTensor features =
              OnnxTensor.createTensor(environment, x, new long[] {OBJECTS, FEATURES});
          OnnxTensor draws =
              OnnxTensor.createTensor(environment, noise, new long[] {SAMPLES, PARAMETERS});
          OrtSession.Result expected = session.run(Map.of("x", features, "noise", draws))) {
        tiles.run(OBJECTS, SAMPLES, Map.of("x", x, "noise", noise), Map.of("theta", theta));
        FloatBuffer numbers = ((OnnxTensor) expected.get(0)).getFloatBuffer();
        for (int i = 0; i < theta.capacity(); i++) {
          double number = numbers.get(i);
          assertThat((double) theta.get(i))
              .isCloseTo(number, within(2e-6 * (1 + Math.abs(number))));
        }
      }
    }
  }

  /** What a program for any number of objects and samples cannot compute. */
  static Stream<Arguments> unfit() {
    return Stream.of(
        node(
            "number of samples",
            g ->
                g.node("Shape", "sizes", "value")
                    .integers("one", 1)
                    .nodeWith("Gather", "count", "axis", 0, "sizes", "one")
                    .nodeWith("Cast", "number", "to", 1, "count")
                    .node("Div", "result", "value", "number")),
        node(
            "largest of all samples",
            g ->
                g.nodeWith("ReduceMax", "some", "axes", new long[] {1}, "value")
                    .node("Add", "result", "value", "some")),
        node(
            "first sample",
            g ->
                g.integers("from", 0)
                    .integers("to", 1)
                    .integers("axis", 1)
                    .node("Slice", "some", "value", "from", "to", "axis")
                    .node("Add", "result", "value", "some")),
        node(
            "whole part",
            g ->
                g.nodeWith("Cast", "whole", "to", 7, "value")
                    .nodeWith("Cast", "result", "to", 1, "whole")),
        node("attribute", g -> g.nodeWith("Softmax", "result", "other", 1, "value")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void shouldLeaveWhatDependsOnOtherSamplesToOnnxRuntime(
      String name, UnaryOperator<OnnxModelWriter> write) {
    assumeTrue(TileLibrary.problem().isEmpty(), TileLibrary.problem());
    assertThatThrownBy(() -> TileGraph.open(graph(write), manifest, 1))
        .isInstanceOf(UnfitGraphException.class);
  }
}
