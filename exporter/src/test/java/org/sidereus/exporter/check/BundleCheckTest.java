package org.sidereus.exporter.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;
import org.sidereus.testing.LinearGaussianBundle;

class BundleCheckTest {
  private static final Consumer<BrokenBundles.Graph> SAME = graph -> {};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"gce-tng", "gce-alternative", "sed-provabgs"})
  void shouldPassTheShippedBundles(String name) {
    assertThat(faults(Path.of(System.getProperty("sidereus.home"), "bundles", name), null))
        .isEmpty();
  }

  @Test
  void shouldPassTheExactPosterior() {
    assertThat(faults(LinearGaussianBundle.write(folder.resolve("exact")), null)).isEmpty();
    assertThat(
            faults(LinearGaussianBundle.writeWeighted(folder.resolve("weighted"), 0.3, 1.2), null))
        // its density.onnx is that of the exact posterior, not of the wider flow
        .containsExactly(Fault.DENSITY_GRAPH);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-17, -0.1, 0.1, 0.69, 5})
  void shouldFindADensityThatIsWrongByAConstant(double constant) {
    Path bundle =
        broken().with(graph -> graph.numbers("norm", norm -> (float) (norm - constant)), SAME);
    assertThat(faults(bundle, null)).containsExactly(Fault.DENSITY);
  }

  @ParameterizedTest
  @CsvSource({"y1,y2", "y1,y4", "y2,y3"})
  void shouldFindSwappedFeatures(String one, String other) throws IOException {
    Path bundle =
        broken()
            .withManifest(
                text -> {
                  int at = text.indexOf("\"features\"");
                  return text.substring(0, at) + swapped(text.substring(at), one, other);
                });
    assertFault(bundle, null, Fault.SWAPPED_COLUMNS, one, other);
  }

  @Test
  void shouldFindSwappedParameters() {
    Path bundle =
        broken()
            .with(
                graph ->
                    graph
                        .rename("theta", "ordered")
                        .integers("order", 0, 2, 1)
                        .node("Gather", "theta", Map.of("axis", 2L), "ordered", "order"),
                SAME);
    assertFault(bundle, null, Fault.SWAPPED_COLUMNS, "b", "c");
  }

  @Test
  void shouldFindSamplesOutsideOfThePrior() throws IOException {
    Path bundle =
        broken()
            .withManifest(
                text ->
                    text.replaceFirst(
                        "\"kind\" : \"normal\",\\s+\"mean\" : 6.0,\\s+\"sd\" : 2.0",
                        "\"kind\" : \"uniform\", \"lower\" : 5.0, \"upper\" : 7.0"));
    assertFault(bundle, null, Fault.OUTSIDE_PRIOR, "c");
  }

  @Test
  void shouldFindADummyEmulator() {
    Path bundle =
        broken().with(SAME, graph -> graph.numbers("h", any -> 0f).numbers("offset", any -> 0f));
    assertThat(faults(bundle, null)).containsExactly(Fault.DUMMY_EMULATOR);
    assertThat(faults(bundle, simulations(SAME_ROW, false))).containsExactly(Fault.DUMMY_EMULATOR);
  }

  @Test
  void shouldFindAPosteriorThatDoesNotDependOnTheObject() {
    Path bundle = broken().with(graph -> feedZeros(graph, "gained", "x"), SAME);
    assertFault(bundle, null, Fault.DUMMY_POSTERIOR, "theta does not depend on x");
  }

  @Test
  void shouldFindSamplesThatDoNotDependOnTheNoise() {
    Path bundle = broken().with(graph -> feedZeros(graph, "spread", "noise"), SAME);
    assertFault(bundle, null, Fault.DUMMY_POSTERIOR, "does not depend on its noise");
  }

  /** Two of a hundred objects have no finite posterior. */
  @Test
  void shouldFindFewObjectsWithoutAPosterior() {
    Path bundle =
        broken()
            .with(
                graph ->
                    graph
                        .rename("theta", "own")
                        .integers("first_of_x", 0)
                        .integers("samples_axis", 1)
                        .scalar("lowest", 0.965)
                        .scalar("no_number", 0)
                        .node("Gather", "of_y1", Map.of("axis", 1L), "x", "first_of_x")
                        .node("Add", "above_lowest", Map.of(), "of_y1", "lowest")
                        .node("Sqrt", "root_of_y1", Map.of(), "above_lowest")
                        .node("Mul", "no_numbers", Map.of(), "root_of_y1", "no_number")
                        .node("Unsqueeze", "no_column", Map.of(), "no_numbers", "samples_axis")
                        .node("Add", "theta", Map.of(), "own", "no_column"),
                SAME);
    assertFault(bundle, null, Fault.NOT_FINITE, "of 256 objects");
  }

  @Test
  void shouldFindAGraphThatDependsOnItsBatch() {
    Path bundle =
        broken()
            .with(
                graph ->
                    graph
                        .rename("theta", "own")
                        .integers("objects", 0)
                        .node("ReduceMax", "largest", Map.of("keepdims", 1L), "own")
                        .scalar("little", 0.01)
                        .node("Mul", "shift", Map.of(), "largest", "little")
                        .node("Add", "theta", Map.of(), "own", "shift"),
                SAME);
    assertThat(faults(bundle, null)).contains(Fault.DEPENDS_ON_BATCH);
  }

  @Test
  void shouldFindSamplesThatDependOnEachOther() {
    Path bundle =
        broken()
            .with(
                graph -> {
                  graph
                      .integers("samples", 0)
                      .node("ReduceSum", "all", Map.of("keepdims", 1L), "noise", "samples")
                      .scalar("few", 0.01)
                      .node("Mul", "part", Map.of(), "all", "few")
                      .node("Add", "moved", Map.of(), "noise", "part");
                  first(graph, 4);
                  feed(graph, "spread", "moved");
                },
                SAME);
    assertThat(faults(bundle, null)).containsExactly(Fault.DEPENDS_ON_SAMPLES);
  }

  /** Each evaluation is 2,000 products of large matrices, and would take a minute. */
  @Test
  void shouldFindAGraphThatIsTooSlow() {
    Path bundle =
        broken()
            .with(
                graph -> {
                  graph
                      .rename("theta", "quick")
                      .integers("sizes_of_matrix", 700, 700)
                      .node("ConstantOfShape", "empty_matrix", Map.of(), "sizes_of_matrix")
                      .node("ReduceSum", "sum_of_noise", Map.of("keepdims", 0L), "noise")
                      .node("Add", "power0", Map.of(), "empty_matrix", "sum_of_noise");
                  for (int i = 0; i < 2_000; i++) {
                    graph.node("MatMul", "power" + (i + 1), Map.of(), "power" + i, "empty_matrix");
                  }
                  graph
                      .node("ReduceSum", "sum_of_powers", Map.of("keepdims", 0L), "power2000")
                      .node("Add", "theta", Map.of(), "quick", "sum_of_powers");
                },
                SAME);
    CheckReport report = new BundleCheck(bundle, null, Duration.ofSeconds(2)).run();
    assertThat(report.faults()).as(report.findings().toString()).containsExactly(Fault.TOO_SLOW);
  }

  @Test
  void shouldFindDropoutThatWasLeftOn() {
    Path bundle =
        broken()
            .with(
                graph -> {
                  graph
                      .rename("theta", "own")
                      .scalar("share", 0.1)
                      .integers("one", 1)
                      .node("Cast", "yes", Map.of("to", 9L), "one")
                      .integers("none")
                      .node("Squeeze", "training", Map.of(), "yes")
                      .node("Dropout", "theta", Map.of(), "own", "share", "training");
                },
                SAME);
    assertThat(faults(bundle, null)).containsExactly(Fault.NOT_DETERMINISTIC);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1000, 0.001, 365.25})
  void shouldFindAParameterInAnotherUnit(double factor) throws IOException {
    Path bundle =
        broken()
            .withManifest(
                text ->
                    text.replace("\"mean\" : 6.0", "\"mean\" : " + 6 * factor)
                        .replace("\"sd\" : 2.0", "\"sd\" : " + 2 * factor));
    assertFault(bundle, null, Fault.UNITS, "c");
  }

  @Test
  void shouldFindObservablesInAnotherUnit() throws IOException {
    Path bundle = broken().withManifest(text -> text.replace("\"error\" : 0.05", "\"error\" : 50"));
    assertFault(bundle, null, Fault.UNITS, "0.001");
  }

  @Test
  void shouldFindAFeatureInAnotherUnit() {
    Path bundle =
        broken()
            .with(
                graph -> {
                  graph.node("Mul", "scaled", Map.of(), "x", "milli").scalar("milli", 1e-3);
                  first(graph, 1);
                  feed(graph, "gained", "scaled");
                },
                SAME);
    assertFault(bundle, null, Fault.UNITS, "1000");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFindParametersThatTheTrainingStandardised(boolean bounded) throws IOException {
    double[] means = LinearGaussianBundle.PRIOR_MEANS;
    double[] sds = LinearGaussianBundle.PRIOR_SDS;
    Path bundle =
        broken()
            .with(
                graph ->
                    graph
                        .numbers("norm", norm -> (float) (norm - Math.log(0.3 * 0.3 * 2)))
                        .rename("theta", "own")
                        .vector("own_mean", means)
                        .vector("own_sd", sds)
                        .node("Sub", "centred", Map.of(), "own", "own_mean")
                        .node("Div", "theta", Map.of(), "centred", "own_sd"),
                SAME);
    if (bounded) { // all samples are then outside of the prior
      Path manifest = bundle.resolve("manifest.json");
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replaceFirst(
                  "\"kind\" : \"normal\",\\s+\"mean\" : 6.0,\\s+\"sd\" : 2.0",
                  "\"kind\" : \"truncated_normal\", \"mean\" : 6.0, \"sd\" : 2.0, \"lower\" :"
                      + " 4.0"));
    }
    CheckReport report = new BundleCheck(bundle, (Path) null).run();
    assertThat(report.faults()).startsWith(bounded ? Fault.OUTSIDE_PRIOR : Fault.UNITS);
    assertThat(report.findings())
        .filteredOn(one -> one.kind() == Fault.UNITS)
        .singleElement()
        .satisfies(one -> assertThat(one.detail()).contains("theta of the graph is", "prior sd"));
  }

  @Test
  void shouldFindFeaturesThatTheTrainingStandardised() {
    Random random = new Random(5);
    List<double[]> draws =
        Stream.generate(() -> LinearGaussianBundle.predict(LinearGaussianBundle.draw(random)))
            .limit(4_000)
            .toList();
    double[] means = new double[4];
    double[] sds = new double[4];
    for (int j = 0; j < means.length; j++) {
      int column = j;
      means[j] = draws.stream().mapToDouble(y -> y[column]).average().orElseThrow();
      double mean = means[j];
      sds[j] =
          Math.sqrt(
              draws.stream()
                  .mapToDouble(y -> Math.pow(y[column] - mean, 2))
                  .average()
                  .orElseThrow());
    }
    Path bundle =
        broken()
            .with(
                graph -> {
                  graph
                      .vector("own_mean", means)
                      .vector("own_sd", sds)
                      .node("Mul", "wide", Map.of(), "x", "own_sd")
                      .node("Add", "plain", Map.of(), "wide", "own_mean");
                  first(graph, 2);
                  feed(graph, "gained", "plain");
                },
                SAME);
    assertFault(bundle, null, Fault.UNITS, "the graph gets (feature - mean) / sd");
  }

  @Test
  void shouldFindWeightsOfAnotherLikelihood() {
    Path weighted = LinearGaussianBundle.writeWeighted(folder.resolve("weighted"), 0, 1);
    byte[] graph = Bundle.load(weighted).read("posterior.onnx");
    Path bundle =
        broken()
            .write(
                BrokenBundles.changed(graph, one -> one.numbers("inverse_error", e -> 0.9f * e)),
                LinearGaussianBundle.emulatorGraph());
    assertThat(faults(bundle, null)).containsExactly(Fault.LIKELIHOOD);
  }

  @Test
  void shouldFindAFlowThatIsTooNarrow() {
    Path bundle =
        broken()
            .with(
                graph ->
                    graph
                        .numbers("l", l -> 0.5f * l)
                        .numbers("norm", norm -> (float) (norm - 3 * Math.log(2))),
                SAME);
    assertThat(faults(bundle, null)).containsExactly(Fault.CALIBRATION);
  }

  @Test
  void shouldFindDamagedFiles() throws IOException {
    Path bundle = LinearGaussianBundle.write(folder.resolve("damaged"));
    byte[] graph = Files.readAllBytes(bundle.resolve("emulator.onnx"));
    graph[graph.length / 2] ^= 1;
    Files.write(bundle.resolve("emulator.onnx"), graph);
    assertThat(faults(bundle, null)).containsExactly(Fault.FILES);
    assertThat(faults(broken().write(graph, LinearGaussianBundle.emulatorGraph()), null))
        .containsExactly(Fault.GRAPHS);
    Files.writeString(bundle.resolve("manifest.json"), "{}");
    assertThat(faults(bundle, null)).containsExactly(Fault.MANIFEST);
  }

  @Test
  void shouldCompareWithTheFramework() throws IOException {
    assertThat(faults(withParity(value -> value, 0), null)).isEmpty();
  }

  @Test
  void shouldFindADifferenceFromTheFramework() throws IOException {
    assertFault(withParity(value -> 1.002f * value, 0), null, Fault.PARITY, "theta");
  }

  @Test
  void shouldFindADensityThatTheFrameworkDoesNotHave() throws IOException {
    assertFault(withParity(value -> value, 0.05f), null, Fault.PARITY, "log_prob");
  }

  private static final UnaryOperator<double[]> SAME_ROW = row -> row;

  @Test
  void shouldPassSimulationsOfThePrior() {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    assertThat(faults(bundle, simulations(SAME_ROW, false))).isEmpty();
    Random random = new Random(4);
    assertThat(faults(bundle, simulations(row -> noisy(row, random), true))).isEmpty();
  }

  @Test
  void shouldFindNoiseInATableThatHasNone() {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    Random random = new Random(3);
    assertFault(
        bundle,
        simulations(row -> noisy(row, random), false),
        Fault.NOISY_SIMULATIONS,
        "NAME_error");
  }

  @Test
  void shouldFindSimulationsOfAnotherPrior() {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    assertFault(
        bundle,
        simulations(
            row -> {
              double[] theta = {row[0], -2.89 + 1.5 * (row[1] + 2.89), row[2]};
              return all(theta);
            },
            false),
        Fault.PRIOR,
        "b");
  }

  @Test
  void shouldFindSimulationsWhoseParametersDependOnEachOther() {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    assertFault(
        bundle,
        simulations(
            row -> {
              double[] theta = {
                row[0], -2.89 + 0.2 * (row[0] + 2.3) + 0.98 * (row[1] + 2.89), row[2]
              };
              return all(theta);
            },
            false),
        Fault.PRIOR,
        "the correlation of a and b");
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,2", "3,5", "4,6"})
  void shouldFindSwappedColumnsOfATable(int one, int other) {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    assertThat(
            faults(
                bundle,
                simulations(
                    row -> {
                      double kept = row[one];
                      row[one] = row[other];
                      row[other] = kept;
                      return row;
                    },
                    false)))
        .containsOnly(Fault.SWAPPED_COLUMNS);
  }

  @ParameterizedTest
  @CsvSource({"2,1000", "3,0.001", "4,2.302585"})
  void shouldFindUnitsOfATable(int column, double factor) {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    assertThat(
            faults(
                bundle,
                simulations(
                    row -> {
                      row[column] *= factor;
                      return row;
                    },
                    false)))
        .containsExactly(Fault.UNITS);
  }

  /** Without an emulator nothing else tells it: such rows are no objects of the training. */
  @ParameterizedTest
  @CsvSource({"1,PASSED", "1000,FAILED", "0.001,FAILED"})
  void shouldFindUnitsByTheRangesOfTheTraining(double factor, Finding.Status status)
      throws IOException {
    Path bundle =
        broken()
            .withManifest(
                text ->
                    text.replace(
                        "\"name\" : \"y2\",",
                        "\"name\" : \"y2\", \"lower\" : -1.4, \"upper\" : -0.1,"));
    Path table =
        simulations(
            row -> {
              row[4] *= factor;
              return row;
            },
            false);
    Manifest manifest = Manifest.read(bundle.resolve("manifest.json"));
    Finding finding =
        new SimulationsCheck(manifest, new TruthReader(manifest).read(table)).ranges();
    assertThat(finding.status()).as(finding.detail()).isEqualTo(status);
  }

  @Test
  void shouldFindAnEmulatorOfAnotherModel() {
    Path bundle =
        broken().with(SAME, graph -> graph.numbers("h", value -> value * Math.abs(value) * 2));
    assertThat(faults(bundle, simulations(SAME_ROW, false))).containsExactly(Fault.EMULATOR);
  }

  /** Gives a node another first input. */
  private static void feed(BrokenBundles.Graph graph, String name, String input) {
    graph
        .proto()
        .getNodeBuilderList()
        .forEach(
            node -> {
              if (node.getName().equals(name)) {
                node.setInput(0, input);
              }
            });
  }

  /** Lets a node read zeros in place of an input of the graph. */
  private static void feedZeros(BrokenBundles.Graph graph, String name, String input) {
    graph.node("Mul", "zeros", Map.of(), input, "no_number").scalar("no_number", 0);
    first(graph, 1);
    feed(graph, name, "zeros");
  }

  /** Puts the last nodes before all others. */
  private static void first(BrokenBundles.Graph graph, int count) {
    var nodes = new ArrayList<>(graph.proto().getNodeList());
    Collections.rotate(nodes, count);
    graph.proto().clearNode().addAllNode(nodes);
  }

  private BrokenBundles broken() {
    return new BrokenBundles(folder);
  }

  private static String swapped(String text, String one, String other) {
    return text.replace('"' + one + '"', "\"?\"")
        .replace('"' + other + '"', '"' + one + '"')
        .replace("\"?\"", '"' + other + '"');
  }

  private Path withParity(UnaryOperator<Float> theta, float logProb) throws IOException {
    Path bundle = broken().with(SAME, SAME);
    float[] noise = new float[30];
    Random random = new Random(8);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.draw(random));
    float[] x = {(float) y[0], (float) y[1], (float) y[2], (float) y[3]};
    SampleSet set;
    try (PosteriorRun posterior = new PosteriorRun(Bundle.load(bundle))) {
      set = posterior.run(List.of(x), noise);
    }
    float[] samples = set.theta().clone();
    float[] densities = set.logProb().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = theta.apply(samples[i]);
    }
    for (int i = 0; i < densities.length; i++) {
      densities[i] += logProb;
    }
    new Weights(
            Map.of(
                "x", Tensor.matrix(1, 4, x),
                "noise", Tensor.matrix(10, 3, noise),
                "theta", new Tensor(List.of(1, 10, 3), samples),
                "log_prob", Tensor.matrix(1, 10, densities)))
        .write(bundle.resolve("parity.safetensors"));
    BrokenBundles.list(bundle, "parity.safetensors");
    return bundle;
  }

  private static double[] all(double[] theta) {
    return DoubleStream.concat(
            Arrays.stream(theta), Arrays.stream(LinearGaussianBundle.predict(theta)))
        .toArray();
  }

  private static double[] noisy(double[] row, Random random) {
    for (int j = 3; j < row.length; j++) {
      row[j] += LinearGaussianBundle.ERROR * random.nextGaussian();
    }
    return row;
  }

  /** A table of the model's own simulations, each row changed. */
  private Path simulations(UnaryOperator<double[]> change, boolean errors) {
    Random random = new Random(7);
    StringBuilder text =
        new StringBuilder("a,b,c,y1,y2,y3,y4")
            .append(errors ? ",y1_error,y2_error,y3_error,y4_error" : "")
            .append('\n');
    for (int i = 0; i < 2_000; i++) {
      double[] row = change.apply(all(LinearGaussianBundle.draw(random)));
      text.append(
              Stream.concat(
                      Arrays.stream(row).boxed(),
                      Collections.nCopies(errors ? 4 : 0, LinearGaussianBundle.ERROR).stream())
                  .map(String::valueOf)
                  .collect(Collectors.joining(",")))
          .append('\n');
    }
    try {
      return Files.writeString(folder.resolve("simulations.csv"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Fault> faults(Path bundle, Path simulations) {
    CheckReport report = new BundleCheck(bundle, simulations).run();
    return report.faults();
  }

  private static void assertFault(Path bundle, Path simulations, Fault kind, String... words) {
    CheckReport report = new BundleCheck(bundle, simulations).run();
    assertThat(report.faults()).as(report.findings().toString()).containsExactly(kind);
    assertThat(report.findings())
        .filteredOn(one -> one.kind() == kind)
        .first()
        .satisfies(one -> assertThat(one.detail()).contains(words));
  }
}
