package org.sidereus.exporter.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.exporter.check.Reports.assertFirst;
import static org.sidereus.exporter.check.Reports.report;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.exporter.check.BrokenBundles.Graph;
import org.sidereus.testing.LinearGaussianBundle;

/** Mistakes in what a posterior graph tells beside its samples and their density. */
class WrongOutputsTest {
  private static final long FLOAT = OnnxMl.TensorProto.DataType.FLOAT.getNumber();
  private static final long HALF = OnnxMl.TensorProto.DataType.FLOAT16.getNumber();
  private static final long INT64 = OnnxMl.TensorProto.DataType.INT64.getNumber();

  @TempDir Path folder;

  @Test
  void shouldPassRightOnes() throws IOException {
    CheckReport report = report(derived(graph -> graph.node("Abs", "derived", Map.of(), "theta")));
    assertThat(report.faults()).as(report.findings().toString()).isEmpty();
  }

  /** The logarithm of a number that is negative for some objects. */
  @Test
  void shouldFindDerivedQuantitiesThatAreNoNumbers() throws IOException {
    Path bundle = derived(graph -> graph.node("Log", "derived", Map.of(), "theta"));
    assertFirst(bundle, Fault.NOT_FINITE, "or its derived");
  }

  @Test
  void shouldFindDerivedQuantitiesThatDependOnTheBatch() throws IOException {
    Path bundle =
        derived(
            graph ->
                graph
                    .node("ReduceMax", "largest", Map.of("keepdims", 0L), "theta")
                    .node("Sub", "derived", Map.of(), "theta", "largest"));
    assertThat(report(bundle).faults()).startsWith(Fault.DEPENDS_ON_BATCH);
  }

  @Test
  void shouldFindADensityThatDependsOnTheBatch() {
    Path bundle =
        posterior(
            graph ->
                graph
                    .rename("log_prob", "own")
                    .node("ReduceMax", "largest", Map.of("keepdims", 0L), "x")
                    .node("Add", "log_prob", Map.of(), "own", "largest"));
    assertThat(report(bundle).faults()).startsWith(Fault.DEPENDS_ON_BATCH);
  }

  /** The third parameter has the noise of the first one, too. */
  @Test
  void shouldFindNoiseThatIsUsedTwice() {
    Path bundle =
        posterior(
            graph -> {
              graph
                  .integers("columns", 0, 1, 0)
                  .node("Gather", "twice", Map.of("axis", 1L), "noise", "columns");
              graph.moveToTheFront(1).replaceInput("spread", "noise", "twice");
            });
    assertThat(report(bundle).faults()).startsWith(Fault.DENSITY);
  }

  @Test
  void shouldFindADensityOfHalfPrecision() {
    Path bundle =
        posterior(
            graph ->
                graph
                    .rename("log_prob", "own")
                    .node("Cast", "half", Map.of("to", HALF), "own")
                    .node("Cast", "log_prob", Map.of("to", FLOAT), "half"));
    assertFirst(bundle, Fault.ROUNDED, "log_prob are numbers of half precision");
  }

  /** A measurement that the flow uses and the likelihood does not, and one that it counts twice. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1.41421356})
  void shouldFindAnObservableThatTheLikelihoodDoesNotCountOnce(double share) {
    Path bundle =
        weighted(
            graph -> {
              OnnxMl.TensorProto.Builder errors = constant(graph, "inverse_error");
              float one = errors.getFloatData(0);
              errors.clearFloatData().clearDims().addDims(4);
              IntStream.range(0, 4)
                  .forEach(i -> errors.addFloatData((float) (i == 2 ? share * one : one)));
            });
    assertFirst(bundle, Fault.LIKELIHOOD, "chi_square");
  }

  @Test
  void shouldFindWeightsWithoutThePrior() {
    Path bundle =
        weighted(
            graph ->
                graph
                    .rename("log_weight", "own")
                    .scalar("half", 0.5)
                    .node("Mul", "prior", Map.of(), "prior_chi2", "half")
                    .node("Add", "log_weight", Map.of(), "own", "prior"));
    assertFirst(bundle, Fault.LIKELIHOOD, "log_weight");
  }

  /** In errors, with the other sign, and those of other observables. */
  @ParameterizedTest
  @ValueSource(strings = {"errors", "sign", "order"})
  void shouldFindResidualsThatAreNotMeasuredMinusPredicted(String kind) {
    Path bundle =
        weighted(
            graph -> {
              graph.rename("residuals", "own").replaceInput("pulls", "residuals", "own");
              switch (kind) {
                case "errors" -> graph.node("Identity", "residuals", Map.of(), "pulls");
                case "sign" -> graph.node("Neg", "residuals", Map.of(), "own");
                default ->
                    graph
                        .integers("order", 1, 0, 2, 3)
                        .node("Gather", "residuals", Map.of("axis", 2L), "own", "order");
              }
            });
    assertFirst(bundle, Fault.LIKELIHOOD, "measured minus predicted");
  }

  /** A graph may have other outputs, of any type. */
  @Test
  void shouldLeaveOutputsThatNobodyReads() {
    Path bundle =
        posterior(
            graph -> {
              graph.node("Cast", "numbers", Map.of("to", INT64), "theta");
              graph
                  .proto()
                  .addOutput(
                      OnnxMl.ValueInfoProto.newBuilder()
                          .setName("numbers")
                          .setType(
                              OnnxMl.TypeProto.newBuilder()
                                  .setTensorType(
                                      OnnxMl.TypeProto.Tensor.newBuilder()
                                          .setElemType((int) INT64))));
            });
    assertThat(report(bundle).faults()).isEmpty();
  }

  private Path posterior(Consumer<Graph> change) {
    return new BrokenBundles(folder).with(change, graph -> {});
  }

  private Path weighted(Consumer<Graph> change) {
    Path weighted = LinearGaussianBundle.writeWeighted(folder.resolve("weighted"), 0, 1);
    return new BrokenBundles(folder)
        .write(
            BrokenBundles.changed(Bundle.load(weighted).read("posterior.onnx"), change),
            LinearGaussianBundle.emulatorGraph());
  }

  /** A bundle with three derived quantities, which a node {@code derived} computes. */
  private Path derived(Consumer<Graph> change) throws IOException {
    Path bundle =
        posterior(
            graph -> {
              change.accept(graph);
              OnnxMl.ValueInfoProto theta =
                  graph.proto().getOutputList().stream()
                      .filter(one -> one.getName().equals("theta"))
                      .findFirst()
                      .orElseThrow();
              graph.proto().addOutput(theta.toBuilder().setName("derived"));
            });
    Path manifest = bundle.resolve("manifest.json");
    String quantities =
        String.join(
            ", ",
            List.of("u", "v", "w").stream()
                .map(name -> "{\"name\" : \"%s\", \"unit\" : \"\"}".formatted(name))
                .toList());
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"samples\" :", "\"derived\" : [" + quantities + "], \"samples\" :"));
    return bundle;
  }

  private static OnnxMl.TensorProto.Builder constant(Graph graph, String name) {
    return graph.proto().getInitializerBuilderList().stream()
        .filter(one -> one.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
