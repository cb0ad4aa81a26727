package org.sidereus.exporter.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.exporter.check.Reports.assertFaults;
import static org.sidereus.exporter.check.Reports.assertFirst;
import static org.sidereus.exporter.check.Reports.report;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.exporter.check.BrokenBundles.Graph;

/** Mistakes that people make when they write a graph by hand or record one. */
class WrongGraphTest {
  private static final Consumer<Graph> SAME = graph -> {};
  private static final long HALF = OnnxMl.TensorProto.DataType.FLOAT16.getNumber();
  private static final long FLOAT = OnnxMl.TensorProto.DataType.FLOAT.getNumber();

  @TempDir Path folder;

  /** A density in place of its logarithm, its logarithm twice, and the wrong sign. */
  @ParameterizedTest
  @ValueSource(strings = {"Exp", "Log", "Neg"})
  void shouldFindALogDensityThatIsNone(String operator) {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("log_prob", "own")
                    .node("Abs", "size", Map.of(), "own")
                    .node(operator, "log_prob", Map.of(), operator.equals("Log") ? "size" : "own"));
    assertFaults(bundle, Fault.DENSITY);
  }

  /** To the base of ten, and one that is cut at a density of 1. */
  @ParameterizedTest
  @CsvSource({"Mul,0.4342945", "Min,0"})
  void shouldFindALogDensityThatIsChanged(String operator, double number) {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("log_prob", "own")
                    .scalar("number", number)
                    .node(operator, "log_prob", Map.of(), "own", "number"));
    assertFaults(bundle, Fault.DENSITY);
  }

  /** Too large for one half of the samples and too small for the other, with an integral of 1. */
  @ParameterizedTest
  @ValueSource(doubles = {0.15, 0.3, 0.5})
  void shouldFindADensityThatIsNormalisedButNotThatOfTheSamples(double share) {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("log_prob", "own")
                    .integers("first_of_noise", 0)
                    .integers("columns_axis", 1)
                    .scalar("share", share)
                    .scalar("whole", 1)
                    .node("Gather", "first_column", Map.of("axis", 1L), "noise", "first_of_noise")
                    .node("Squeeze", "places", Map.of(), "first_column", "columns_axis")
                    .node("Tanh", "odd", Map.of(), "places")
                    .node("Mul", "part", Map.of(), "odd", "share")
                    .node("Add", "factor", Map.of(), "part", "whole")
                    .node("Log", "log_factor", Map.of(), "factor")
                    .node("Add", "log_prob", Map.of(), "own", "log_factor"));
    assertFaults(bundle, Fault.DENSITY);
  }

  /** A map of the parameters without its Jacobian. */
  @Test
  void shouldFindADensityOfOtherParameters() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .vector("middle", -2.3, -2.89, 6)
                    .vector("width", 0.3, 0.3, 2)
                    .node("Sub", "centred", Map.of(), "own", "middle")
                    .node("Div", "standard", Map.of(), "centred", "width")
                    .node("Sinh", "wide", Map.of(), "standard")
                    .node("Mul", "scaled", Map.of(), "wide", "width")
                    .node("Add", "theta", Map.of(), "scaled", "middle"));
    assertThat(report(bundle).faults()).startsWith(Fault.DENSITY);
  }

  @Test
  void shouldFindSamplesInAnotherUnitThanTheirDensity() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .vector("unit", 1, 1, 1.1)
                    .vector("shift", 0, 0, -0.6)
                    .node("Mul", "scaled", Map.of(), "own", "unit")
                    .node("Add", "theta", Map.of(), "scaled", "shift"));
    assertThat(report(bundle).faults()).startsWith(Fault.DENSITY);
  }

  @Test
  void shouldFindHalfPrecision() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .node("Cast", "half", Map.of("to", HALF), "own")
                    .node("Cast", "theta", Map.of("to", FLOAT), "half"));
    assertFirst(bundle, Fault.ROUNDED, "rounded to steps of", "float32");
  }

  /** The values of a parameter are so large that float32 has steps. */
  @Test
  void shouldFindAParameterFarFromZero() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .vector("far", 0, 0, 1_000_000)
                    .node("Add", "theta", Map.of(), "own", "far"));
    assertFirst(bundle, Fault.ROUNDED, "samples of c", "zero point");
  }

  @Test
  void shouldFindSamplesThatAreSetToTheEndOfARange() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .vector("lowest", -2.3, -99, -99)
                    .node("Max", "theta", Map.of(), "own", "lowest"));
    assertFirst(bundle, Fault.ROUNDED, "% of the samples of a are -2.3");
  }

  @Test
  void shouldFindAxesInAnotherOrder() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .proto()
                    .addNode(
                        OnnxMl.NodeProto.newBuilder()
                            .setName("theta")
                            .setOpType("Transpose")
                            .addInput("own")
                            .addOutput("theta")
                            .addAttribute(
                                OnnxMl.AttributeProto.newBuilder()
                                    .setName("perm")
                                    .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                                    .addAllInts(List.of(1L, 0L, 2L)))));
    assertThat(report(bundle).faults()).startsWith(Fault.DEPENDS_ON_BATCH);
  }

  @Test
  void shouldFindAllFeaturesInAnotherOrder() throws IOException {
    Path bundle =
        new BrokenBundles(folder)
            .withManifest(
                text -> {
                  int at = text.indexOf("\"features\"");
                  return text.substring(0, at)
                      + text.substring(at)
                          .replace("\"y1\"", "\"?\"")
                          .replace("\"y2\"", "\"y1\"")
                          .replace("\"y3\"", "\"y2\"")
                          .replace("\"y4\"", "\"y3\"")
                          .replace("\"?\"", "\"y4\"");
                });
    assertFirst(bundle, Fault.SWAPPED_COLUMNS, "the observables y2 and y3 change places");
  }

  @Test
  void shouldFindAllParametersInAnotherOrder() {
    Path bundle =
        with(
            graph ->
                graph
                    .rename("theta", "own")
                    .integers("order", 1, 2, 0)
                    .node("Gather", "theta", Map.of("axis", 2L), "own", "order"));
    assertFirst(bundle, Fault.SWAPPED_COLUMNS, "the parameters b and c change places");
  }

  @ParameterizedTest
  @ValueSource(doubles = {180 / Math.PI, Math.PI / 180})
  void shouldFindRadiansForDegrees(double factor) throws IOException {
    Path bundle =
        new BrokenBundles(folder)
            .withManifest(
                text ->
                    text.replace("\"mean\" : 6.0", "\"mean\" : " + 6 * factor)
                        .replace("\"sd\" : 2.0", "\"sd\" : " + 2 * factor));
    assertFirst(bundle, Fault.UNITS, "c of the graphs is multiplied by");
  }

  /** The posterior is that of another prior; one that the data outweigh cannot be found. */
  @Test
  void shouldFindAPosteriorOfAnotherPrior() throws IOException {
    Path bundle =
        new BrokenBundles(folder)
            .withManifest(text -> text.replace("\"mean\" : 6.0", "\"mean\" : 8.0"));
    assertFaults(bundle, Fault.CALIBRATION);
  }

  @Test
  void shouldFindNumbersInAnotherFile() {
    Path bundle =
        with(
            graph ->
                graph
                    .proto()
                    .getInitializerBuilder(0)
                    .clearFloatData()
                    .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        OnnxMl.StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("posterior.onnx.data")));
    assertFaults(bundle, Fault.GRAPHS);
  }

  /** The density of a mixture is larger than that of the component of a sample. */
  @Test
  void shouldPassAMixture() {
    double h = 1.5;
    Path bundle =
        with(
            graph -> {
              graph
                  .integers("columns_axis", 1)
                  .integers("first_of_noise", 0)
                  .scalar("none", 0)
                  .scalar("whole", 1)
                  .scalar("two", 2)
                  .scalar("distance", h)
                  .scalar("offset", 0.5 * h * h)
                  .vector("direction", h, 0, 0)
                  .node("Gather", "first_column", Map.of("axis", 1L), "noise", "first_of_noise")
                  .node("Mul", "zeros", Map.of(), "first_column", "none")
                  .node("Add", "ones", Map.of(), "zeros", "whole")
                  .node("CumSum", "numbers", Map.of(), "ones", "first_of_noise")
                  .node("Mod", "odd", Map.of("fmod", 1L), "numbers", "two")
                  .node("Mul", "twice_odd", Map.of(), "odd", "two")
                  .node("Sub", "sign", Map.of(), "whole", "twice_odd")
                  .node("Mul", "step", Map.of(), "sign", "direction")
                  .node("Add", "moved", Map.of(), "noise", "step")
                  .node("Gather", "along", Map.of("axis", 1L), "moved", "first_of_noise")
                  .node("Squeeze", "flat", Map.of(), "along", "columns_axis")
                  .node("Mul", "far", Map.of(), "flat", "distance")
                  .node("Cosh", "cosh", Map.of(), "far")
                  .node("Log", "log_cosh", Map.of(), "cosh")
                  .node("Sub", "log_gain", Map.of(), "log_cosh", "offset");
              graph
                  .moveToTheFront(14)
                  .replaceInput("spread", "noise", "moved")
                  .replaceInput("squares", "noise", "moved");
              graph.rename("log_prob", "own").node("Add", "log_prob", Map.of(), "own", "log_gain");
            });
    CheckReport report = report(bundle);
    assertThat(report.findings())
        .as(report.findings().toString())
        .filteredOn(one -> one.check().equals("density of the samples"))
        .singleElement()
        .satisfies(one -> assertThat(one.status()).isEqualTo(Finding.Status.PASSED));
  }

  private Path with(Consumer<Graph> change) {
    return new BrokenBundles(folder).with(change, SAME);
  }
}
