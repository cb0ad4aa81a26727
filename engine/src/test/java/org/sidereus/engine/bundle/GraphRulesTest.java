package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

class GraphRulesTest {
  private static final OnnxMl.GraphProto BODY =
      OnnxMl.GraphProto.newBuilder().setName("body").build();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"Loop", "Scan", "If", "SequenceMap", "RandomNormal", "Range", "StringConcat", ""})
  void shouldRefuseAnOperator(String operator) {
    OnnxMl.ModelProto.Builder model = model();
    model.getGraphBuilder().addNode(OnnxMl.NodeProto.newBuilder().setOpType(operator));

    refused(model, "has the operator " + operator + ", which is not allowed");
  }

  @Test
  void shouldRefuseAnOperatorThatIsGivenTwice() {
    byte[] harmless = OnnxMl.NodeProto.newBuilder().setOpType("Add").build().toByteArray();
    byte[] loop = OnnxMl.NodeProto.newBuilder().setOpType("Loop").build().toByteArray();
    byte[] both = Arrays.copyOf(loop, loop.length + harmless.length);
    System.arraycopy(harmless, 0, both, loop.length, harmless.length);
    // a graph of one node, in a model of one graph
    byte[] model = field(7, field(1, both));

    assertThatThrownBy(() -> GraphRules.check(model, "g.onnx"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("Loop");
  }

  @Test
  void shouldRefuseOperatorsOfOthers() {
    OnnxMl.ModelProto.Builder node = model();
    node.getGraphBuilder().getNodeBuilder(0).setDomain("com.microsoft");
    refused(node, "needs the operators of com.microsoft");

    OnnxMl.ModelProto.Builder set = model();
    set.addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml"));
    refused(set, "needs the operators of ai.onnx.ml");
  }

  @Test
  void shouldRefuseNumbersInAnotherFile() {
    OnnxMl.StringStringEntryProto location =
        OnnxMl.StringStringEntryProto.newBuilder()
            .setKey("location")
            .setValue("../../etc/passwd")
            .build();
    OnnxMl.TensorProto outside =
        OnnxMl.TensorProto.newBuilder().setName("w").addExternalData(location).build();
    OnnxMl.TensorProto declared =
        OnnxMl.TensorProto.newBuilder()
            .setName("w")
            .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
            .build();
    for (OnnxMl.TensorProto tensor : List.of(outside, declared)) {
      OnnxMl.ModelProto.Builder weights = model();
      weights.getGraphBuilder().addInitializer(tensor);
      refused(weights, "has numbers in another file");

      OnnxMl.ModelProto.Builder attribute = model();
      attribute
          .getGraphBuilder()
          .getNodeBuilder(0)
          .addAttribute(OnnxMl.AttributeProto.newBuilder().setName("value").setT(tensor));
      refused(attribute, "has numbers in another file");
    }
  }

  @Test
  void shouldRefuseGraphsAndFunctionsInside() {
    OnnxMl.ModelProto.Builder one = model();
    one.getGraphBuilder()
        .getNodeBuilder(0)
        .addAttribute(OnnxMl.AttributeProto.newBuilder().setName("body").setG(BODY));
    refused(one, "has a graph inside a node");

    OnnxMl.ModelProto.Builder several = model();
    several
        .getGraphBuilder()
        .getNodeBuilder(0)
        .addAttribute(OnnxMl.AttributeProto.newBuilder().setName("body").addGraphs(BODY));
    refused(several, "has a graph inside a node");

    // ModelProto.functions and ModelProto.training_info
    assertThatThrownBy(() -> GraphRules.check(field(25, new byte[0]), "g.onnx"))
        .hasMessageContaining("holds functions");
    assertThatThrownBy(() -> GraphRules.check(field(20, new byte[0]), "g.onnx"))
        .hasMessageContaining("holds a training step");
  }

  @Test
  void shouldRefuseASparseTensor() {
    OnnxMl.ModelProto.Builder model = model();
    model.getGraphBuilder().addSparseInitializer(OnnxMl.SparseTensorProto.newBuilder());

    refused(model, "holds a sparse tensor");
  }

  @Test
  void shouldReadDamagedGraphsWithoutAnotherError() {
    byte[] graph = LinearGaussianBundle.posteriorGraph();
    SplittableRandom random = new SplittableRandom(20260101);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(graph, random.nextInt(graph.length + 1));
      for (int k = random.nextInt(4); k >= 0 && damaged.length > 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        GraphRules.check(damaged, "g.onnx");
      } catch (BundleException e) {
        refused++;
      }
    }

    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void shouldRefuseABundleWithSuchAGraph() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.POSTERIOR, LinearGaussianBundle.posteriorGraph());
    files.put(
        Manifest.EMULATOR,
        new OnnxModelWriter()
            .input("theta", "N", 3)
            .node("Loop", "y", "theta")
            .output("y", "N", 4)
            .build());
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"), "tiny", "1", files);

    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("emulator.onnx has the operator Loop");
  }

  @Test
  void shouldRefuseLinks() throws IOException {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    Path elsewhere = folder.resolve("elsewhere.onnx");
    Files.move(bundle.resolve(Manifest.EMULATOR), elsewhere);
    Files.createSymbolicLink(bundle.resolve(Manifest.EMULATOR), elsewhere);

    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("emulator.onnx is a symbolic link");

    Path whole = LinearGaussianBundle.write(folder.resolve("whole"));
    Files.createSymbolicLink(whole.resolve("calibration"), folder);
    assertThatThrownBy(() -> Bundle.load(whole)).hasMessageContaining("calibration is a symbolic");

    // the folder itself may be one, such as "current"
    Path good = LinearGaussianBundle.write(folder.resolve("good"));
    Bundle.load(Files.createSymbolicLink(folder.resolve("current"), good));
  }

  @Test
  void shouldBoundTheSamples() {
    String manifest = LinearGaussianBundle.manifest("tiny", "1");
    String samples = "\"samples\" : " + LinearGaussianBundle.SAMPLES;
    assertThat(manifest).contains(samples);

    assertThatThrownBy(() -> Manifest.parse(manifest.replace(samples, "\"samples\" : 65538")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("samples must be even and between 2 and 65536 but is 65538");
  }

  @Test
  void shouldListTheOperatorsInTheDocumentation() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("sidereus.home"), "docs/reference/bundles.md"));
    String list = page.substring(page.indexOf("<!-- operators -->"));
    String words = list.substring(list.indexOf("-->") + 3, list.indexOf("\n\n"));

    assertThat(new TreeSet<>(List.of(words.strip().split("\\s+"))))
        .isEqualTo(new TreeSet<>(GraphRules.OPERATORS));
  }

  private static OnnxMl.ModelProto.Builder model() {
    return new OnnxModelWriter().node("Identity", "y", "x").model();
  }

  private static void refused(OnnxMl.ModelProto.Builder model, String message) {
    assertThatThrownBy(() -> GraphRules.check(model.build().toByteArray(), "g.onnx"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("g.onnx")
        .hasMessageContaining(message);
  }

  /** A field of bytes in the wire format; at most 127 bytes. */
  private static byte[] field(int number, byte[] value) {
    int tag = number << 3 | 2;
    byte[] head =
        tag < 128
            ? new byte[] {(byte) tag, (byte) value.length}
            : new byte[] {(byte) (tag & 127 | 128), (byte) (tag >> 7), (byte) value.length};
    byte[] all = Arrays.copyOf(head, head.length + value.length);
    System.arraycopy(value, 0, all, head.length, value.length);
    return all;
  }
}
