package org.sidereus.exporter.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;
import org.sidereus.testing.LinearGaussianBundle;

/** The posterior graph of the linear-Gaussian bundle as if another program had exported it. */
class BundleImporterTest {
  private static final int D = 3;
  private static final int M = 4;

  @TempDir Path folder;

  @Test
  void shouldGiveTheEvidenceOfTheExactPosterior() {
    importer(graph -> {}).write(draft(), emulator(), checked(), out());
    double[] y = observation();
    ObjectSummary summary = infer(y);
    assertThat(summary.corrected()).isTrue();
    assertThat(summary.mean())
        .usingComparatorWithPrecision(2e-3)
        .containsExactly(LinearGaussianBundle.posteriorMean(y));
    // the posterior is exact, so every weight is the evidence
    assertThat(summary.check().logEvidence())
        .isCloseTo(LinearGaussianBundle.logEvidence(y), within());
    assertThat(summary.check().effectiveSampleSize()).isGreaterThan(500);
    assertThat(summary.flags()).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoLikelihood() {
    importer(graph -> {}).write(draft(), null, Acceptance.ofAll(), out());
    assertThat(Bundle.load(out()).manifest().declaresNoLikelihood()).isTrue();
    assertThat(Bundle.load(out()).manifest().files()).containsOnlyKeys(Manifest.POSTERIOR);
    assertThat(infer(observation()).flags()).containsExactly(ObjectFlag.NO_LIKELIHOOD);
  }

  @Test
  void shouldGiveNoWeightToSamplesThatLeaveThePrior() {
    double[] y = observation();
    double centre = LinearGaussianBundle.posteriorMean(y)[2];
    Prior prior = draft().parameters().get(2).prior();
    Manifest narrow =
        withPrior(
            draft(),
            new TruncatedNormal(prior.mean(), prior.sd(), Double.NEGATIVE_INFINITY, centre));
    List<String> lines = new ArrayList<>();
    importer(graph -> {})
        .write(narrow, emulator(), Acceptance.checked(null, true, lines::add), out());
    ObjectSummary summary = infer(y);
    assertThat(summary.corrected()).isTrue();
    assertThat(summary.check().effectiveSampleSize()).isBetween(100.0, 300.0);
    double sd = Math.sqrt(LinearGaussianBundle.posteriorCovariance()[2][2]);
    // the mean of the lower half of a normal distribution
    assertThat(summary.mean()[2])
        .isCloseTo(centre - sd * Math.sqrt(2 / Math.PI), Assertions.within(0.05 * sd));
    assertThat(lines).anyMatch(line -> line.contains("outside of the prior"));
    assertThat(summary.flags()).containsExactly(ObjectFlag.OUTSIDE_PRIOR);
  }

  /** The evidences under two priors are compared with an integral over the exact posterior. */
  @Test
  void shouldWeightByALogUniformPrior() {
    double[] y = observation();
    Prior uniform = new Uniform(1, 20);
    Prior logUniform = new LogUniform(1, 20);
    Path other = folder.resolve("other");
    BundleImporter importer = importer(graph -> {});
    importer.write(withPrior(draft(), uniform), emulator(), Acceptance.ofAll(), out());
    importer.write(withPrior(draft(), logUniform), emulator(), Acceptance.ofAll(), other);
    double found = infer(other, y).check().logEvidence() - infer(y).check().logEvidence();
    double mean = LinearGaussianBundle.posteriorMean(y)[2];
    double sd = Math.sqrt(LinearGaussianBundle.posteriorCovariance()[2][2]);
    Prior normal = draft().parameters().get(2).prior();
    double first = 0;
    double second = 0;
    for (double c = 1.005; c < 20; c += 0.01) {
      double z = (c - mean) / sd;
      double likelihood = Math.exp(-0.5 * z * z - normal.logDensity(c));
      first += likelihood * Math.exp(uniform.logDensity(c));
      second += likelihood * Math.exp(logUniform.logDensity(c));
    }
    assertThat(found).isCloseTo(Math.log(second / first), Assertions.within(0.02));
  }

  @Test
  void shouldRefuseAFaultByItsName() {
    BundleImporter importer = importer(graph -> numbers(graph, "norm", norm -> norm + 0.3f));
    List<String> lines = new ArrayList<>();
    assertThatThrownBy(
            () ->
                importer.write(
                    draft(), emulator(), Acceptance.checked(null, false, lines::add), out()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("DENSITY")
        .hasMessageContaining("--force");
    assertThat(out()).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**/.export-*");
    importer.write(draft(), emulator(), Acceptance.checked(null, true, lines::add), out());
    assertThat(Bundle.load(out()).manifest().provenance().get("accepted_faults").toString())
        .contains("DENSITY");
  }

  @Test
  void shouldTakeOtherNames() {
    BundleImporter importer =
        importer(
            graph -> {
              rename(graph, "x", "onnx::MatMul_0");
              rename(graph, "noise", "z");
              rename(graph, "theta", "57");
              rename(graph, "log_prob", "61");
            });
    assertThat(importer.adapted()).hasSize(2).first().asString().contains("onnx::MatMul_0");
    assertExact(importer);
  }

  @Test
  void shouldRefuseNamesThatMayMeanEither() {
    assertRefused(
            graph -> {
              rename(graph, "x", "first");
              graph
                  .getInputBuilder(0)
                  .getTypeBuilder()
                  .getTensorTypeBuilder()
                  .getShapeBuilder()
                  .getDimBuilder(1)
                  .setDimParam("n");
              rename(graph, "noise", "second");
              graph
                  .getInputBuilder(1)
                  .getTypeBuilder()
                  .getTensorTypeBuilder()
                  .getShapeBuilder()
                  .getDimBuilder(1)
                  .setDimParam("m");
            })
        .hasMessageContaining("first float [B,n]")
        .hasMessageContaining("input_names=['x', 'noise']");
  }

  @Test
  void shouldNameTheColumnsWhereTheirNumberIsWrong() {
    assertRefused(graph -> dim(graph.getInputBuilder(0), 1, 5))
        .hasMessageContaining("x float [B,5] instead of x [B,4]")
        .hasMessageContaining("y1, y2, y3, y4");
  }

  @Test
  void shouldFreeTheAxesOfTheExample() {
    BundleImporter importer =
        importer(
            graph -> {
              dim(graph.getInputBuilder(0), 0, 1);
              dim(graph.getInputBuilder(1), 0, 8);
              dim(graph.getOutputBuilder(0), 0, 1);
              dim(graph.getOutputBuilder(0), 1, 8);
              dim(graph.getOutputBuilder(1), 0, 1);
              dim(graph.getOutputBuilder(1), 1, 8);
            });
    assertThat(importer.adapted()).hasSize(6);
    assertExact(importer);
  }

  @Test
  void shouldRefuseAGraphThatHoldsTheSizesOfItsExample() {
    assertRefused(
            graph -> {
              rename(graph, "theta", "free");
              graph
                  .addInitializer(longs("sizes", 1, 2, D))
                  .addNode(node("Reshape", "theta", "free", "sizes"));
              graph.getOutputBuilder(0).setName("theta");
            })
        .hasMessageContaining("3 objects and 5 samples")
        .hasMessageContaining("dynamic_axes");
  }

  @Test
  void shouldRefuseSamplesBeforeObjects() {
    assertRefused(
            graph -> {
              rename(graph, "theta", "own");
              NodeProto.Builder transpose =
                  node("Transpose", "theta", "own").toBuilder()
                      .addAttribute(
                          AttributeProto.newBuilder()
                              .setName("perm")
                              .setType(AttributeProto.AttributeType.INTS)
                              .addInts(1)
                              .addInts(0)
                              .addInts(2));
              graph.addNode(transpose);
              graph.getOutputBuilder(0).setName("theta");
            })
        .hasMessageContaining("theta of shape [2, 1, 3] instead of [1, 2, 3]");
  }

  @Test
  void shouldConvertDoubles() {
    BundleImporter importer = importer(BundleImporterTest::inDoublePrecision);
    assertThat(importer.adapted()).hasSize(4).allMatch(text -> text.contains("double"));
    assertExact(importer);
  }

  @Test
  void shouldTakeOutputsAndStepsWithTheNamesOfOurs() {
    BundleImporter importer =
        importer(
            graph -> {
              rename(graph, "mean", "log_weight");
              rename(graph, "spread", "residuals");
              rename(graph, "chi2", "sidereus_constant_0");
              rename(graph, "gain", "chi_square");
              graph.addOutput(port(graph.getOutput(1), "log_weight"));
            });
    assertThat(importer.adapted()).containsExactly("the outputs log_weight are left out");
    assertExact(importer);
  }

  @Test
  void shouldRefuseAnOutputWhoseNameCollides() {
    assertRefused(
            graph -> {
              graph.addNode(node("Identity", "mean", "theta"));
              graph.addOutput(port(graph.getOutput(1), "mean"));
            })
        .hasMessageContaining("two values named mean");
  }

  @Test
  void shouldReadNumbersInAFileBesideTheGraph() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(4 + 4 * M * D).order(ByteOrder.LITTLE_ENDIAN);
    Consumer<GraphProto.Builder> outside =
        graph -> {
          for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (tensor.getName().equals("gain")) {
              data.putInt(-1);
              tensor.getFloatDataList().forEach(data::putFloat);
              external(tensor.clearFloatData(), "graph.onnx.data", 4, 4 * M * D);
            }
          }
        };
    Path file = write(outside, 17);
    assertThatThrownBy(() -> new BundleImporter(file, draft(), List.of(), null))
        .hasMessageContaining("graph.onnx.data")
        .hasMessageContaining("missing");
    Files.write(folder.resolve("graph.onnx.data"), data.array());
    BundleImporter importer = new BundleImporter(file, draft(), List.of(), null);
    assertThat(importer.adapted())
        .containsExactly("the numbers in graph.onnx.data are in the graph now");
    assertExact(importer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/passwd", ""})
  void shouldNotReadOtherFiles(String location) {
    assertRefused(
            graph -> external(graph.getInitializerBuilder(0).clearFloatData(), location, 0, 4))
        .hasMessageContaining("is not beside it");
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 15, 17, 18, 20})
  void shouldTakeVersionsOfTheOperatorsThatMeanTheSame(int opset) throws IOException {
    Path file = write(graph -> {}, opset);
    assertExact(new BundleImporter(file, draft(), List.of(), null));
  }

  @Test
  void shouldRefuseOlderOperators() throws IOException {
    Path file = write(graph -> {}, 11);
    assertThatThrownBy(() -> new BundleImporter(file, draft(), List.of(), null))
        .hasMessageContaining("opset 11")
        .hasMessageContaining("opset_version=17");
  }

  @Test
  void shouldRefuseATrainingMode() {
    assertRefused(
            graph ->
                graph
                    .addInitializer(scalar("share", 0.1f))
                    .addInitializer(
                        TensorProto.newBuilder()
                            .setName("training")
                            .setDataType(DataType.BOOL.getNumber())
                            .addInt32Data(1))
                    .addNode(node("Dropout", "dropped", "noise", "share", "training")))
        .hasMessageContaining("training mode (the Dropout dropped)")
        .hasMessageContaining("eval()");
    assertRefused(
            graph ->
                graph.addNode(
                    node("BatchNormalization", "normalised", "x").toBuilder()
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("training_mode")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(1))))
        .hasMessageContaining("BatchNormalization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RandomNormalLike", "RandomUniform", "Bernoulli"})
  void shouldRefuseRandomNumbersInside(String operator) {
    assertRefused(graph -> graph.addNode(node(operator, "drawn", "x")))
        .hasMessageContaining("draws random numbers")
        .hasMessageContaining("input noise");
  }

  @Test
  void shouldRefuseLoops() {
    assertRefused(
            graph ->
                graph.addNode(
                    node("Loop", "looped", "x").toBuilder()
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("body")
                                .setG(GraphProto.newBuilder().setName("body")))))
        .hasMessageContaining("the Loop looped")
        .hasMessageContaining("unroll");
  }

  @Test
  void shouldRefuseOtherDomains() {
    assertRefused(
            graph ->
                graph.addNode(node("searchsorted", "found", "x").toBuilder().setDomain("aten")))
        .hasMessageContaining("needs the operators of aten");
  }

  @Test
  void shouldRefuseAnotherInput() {
    assertRefused(graph -> graph.addInput(port(graph.getInput(0), "context")))
        .hasMessageContaining("context float [B,4]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no graph", "\u0008"})
  void shouldRefuseWhatIsNoGraph(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("graph.onnx"), text);
    assertThatThrownBy(() -> new BundleImporter(file, draft(), List.of(), null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("no ONNX graph");
  }

  private void assertExact(BundleImporter importer) {
    importer.write(draft(), emulator(), Acceptance.ofAll(), out());
    double[] y = observation();
    ObjectSummary summary = infer(y);
    assertThat(summary.mean())
        .usingComparatorWithPrecision(2e-3)
        .containsExactly(LinearGaussianBundle.posteriorMean(y));
    assertThat(summary.check().logEvidence())
        .isCloseTo(LinearGaussianBundle.logEvidence(y), within());
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Consumer<GraphProto.Builder> change) {
    return assertThatThrownBy(() -> importer(change)).isInstanceOf(SidereusException.class);
  }

  private BundleImporter importer(Consumer<GraphProto.Builder> change) {
    try {
      return new BundleImporter(write(change, 17), draft(), List.of(), null);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path write(Consumer<GraphProto.Builder> change, int opset) throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(LinearGaussianBundle.posteriorGraph()).toBuilder();
    model.getOpsetImportBuilder(0).setVersion(opset);
    change.accept(model.getGraphBuilder());
    return Files.write(folder.resolve("graph.onnx"), model.build().toByteArray());
  }

  private static Acceptance checked() {
    return Acceptance.checked(null, false, line -> {});
  }

  private Path out() {
    return folder.resolve("bundle");
  }

  private ObjectSummary infer(double[] y) {
    return infer(out(), y);
  }

  private static ObjectSummary infer(Path bundle, double[] y) {
    float[] row = new float[M];
    for (int j = 0; j < M; j++) {
      row[j] = (float) y[j];
    }
    try (PosteriorEngine engine =
        PosteriorEngine.open(Bundle.load(bundle), EngineOptions.defaults())) {
      return engine.infer(List.of(row)).get(0);
    }
  }

  private static double[] observation() {
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.draw(new Random(3)));
    y[0] += 0.03;
    y[2] -= 0.04;
    return y;
  }

  private static Offset<Double> within() {
    return Assertions.within(2e-3);
  }

  private static Manifest draft() {
    return Manifest.parse(LinearGaussianBundle.manifest("foreign", "1")).toBuilder()
        .likelihood(false)
        .build();
  }

  private static Manifest withPrior(Manifest draft, Prior prior) {
    List<Parameter> parameters = new ArrayList<>(draft.parameters());
    Parameter c = parameters.get(2);
    parameters.set(2, new Parameter(c.name(), c.unit(), c.role(), prior));
    return draft.toBuilder().parameters(parameters).build();
  }

  /** The exact emulator: linear, so all of it is the skip. */
  private static EmulatorNetwork emulator() {
    double[] offset = LinearGaussianBundle.predict(new double[D]);
    float[] skip = new float[M * D];
    List<Standardisation> outputs = new ArrayList<>();
    for (int i = 0; i < D; i++) {
      double[] unit = new double[D];
      unit[i] = 1;
      double[] y = LinearGaussianBundle.predict(unit);
      for (int j = 0; j < M; j++) {
        skip[j * D + i] = (float) (y[j] - offset[j]);
      }
    }
    for (double shift : offset) {
      outputs.add(new Standardisation(shift, 1));
    }
    EmulatorSpec spec =
        new EmulatorSpec(
            Collections.nCopies(D, new ParameterScaling.Affine(0, 1)),
            List.of(1),
            Activation.RELU,
            outputs,
            true);
    return new EmulatorNetwork(
        spec,
        new Weights(
            Map.of(
                "layers.0.weight", new Tensor(List.of(1, D), new float[D]),
                "layers.0.bias", new Tensor(List.of(1), new float[1]),
                "layers.1.weight", new Tensor(List.of(M, 1), new float[M]),
                "layers.1.bias", new Tensor(List.of(M), new float[M]),
                "skip.weight", new Tensor(List.of(M, D), skip))));
  }

  private static void inDoublePrecision(GraphProto.Builder graph) {
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.getDataType() == DataType.FLOAT.getNumber()) {
        tensor.getFloatDataList().forEach(tensor::addDoubleData);
        tensor.clearFloatData().setDataType(DataType.DOUBLE.getNumber());
      }
    }
    List<ValueInfoProto.Builder> ports = new ArrayList<>(graph.getInputBuilderList());
    ports.addAll(graph.getOutputBuilderList());
    for (ValueInfoProto.Builder port : ports) {
      port.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.DOUBLE.getNumber());
    }
  }

  private static void rename(GraphProto.Builder graph, String from, String to) {
    List<ValueInfoProto.Builder> ports = new ArrayList<>(graph.getInputBuilderList());
    ports.addAll(graph.getOutputBuilderList());
    ports.stream().filter(port -> port.getName().equals(from)).forEach(port -> port.setName(to));
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      tensor.setName(tensor.getName().equals(from) ? to : tensor.getName());
    }
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, node.getInput(i).equals(from) ? to : node.getInput(i));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, node.getOutput(i).equals(from) ? to : node.getOutput(i));
      }
    }
  }

  private static void numbers(GraphProto.Builder graph, String name, UnaryOperator<Float> change) {
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.getName().equals(name)) {
        tensor.setFloatData(0, change.apply(tensor.getFloatData(0)));
        return;
      }
    }
    throw new IllegalArgumentException("no constant " + name);
  }

  private static void dim(ValueInfoProto.Builder port, int axis, int size) {
    port.getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(axis)
        .setDimValue(size);
  }

  private static ValueInfoProto port(ValueInfoProto like, String name) {
    return like.toBuilder().setName(name).build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  private static TensorProto scalar(String name, float value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.FLOAT.getNumber())
        .addFloatData(value)
        .build();
  }

  private static void external(
      TensorProto.Builder tensor, String location, int offset, int length) {
    tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", "" + offset))
        .addExternalData(entry("length", "" + length));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
