package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.exporter.bundle.BundleExporter;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.TransformSpec;

/** The kernel must give the posteriors of ONNX Runtime, for networks of random weights. */
class KernelTest {

  @ParameterizedTest
  @CsvSource({"PAPER,TANH", "PAPER,SILU", "LARGE,RELU"})
  void shouldGiveThePosteriorsOfOnnxRuntime(
      NetworkPreset preset, Activation activation, @TempDir Path folder) {
    assertSamePosteriors(preset, activation, folder);
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({"STANDARD,SILU", "LARGE,ELU"})
  void shouldGiveThePosteriorsOfOnnxRuntimeForALargeNetwork(
      NetworkPreset preset, Activation activation, @TempDir Path folder) {
    assertSamePosteriors(preset, activation, folder);
  }

  private static void assertSamePosteriors(
      NetworkPreset preset, Activation activation, Path folder) {
    assumeTrue(TileGraph.problem().isEmpty(), TileGraph.problem());
    new PresetBundle(preset, activation).write(folder.resolve("bundle"));
    assertSamePosteriors(Bundle.load(folder.resolve("bundle")));
  }

  /** Flows and emulators of random sizes, with and without an embedding. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldGiveThePosteriorsOfOnnxRuntimeForRandomNetworks(long seed, @TempDir Path folder) {
    assumeTrue(TileGraph.problem().isEmpty(), TileGraph.problem());
    Random random = new Random(seed);
    int dimensions = 1 + random.nextInt(6);
    int features = 1 + random.nextInt(9);
    FlowNetwork flow = flow(random, dimensions, features);
    EmulatorNetwork emulator =
        new RandomNetworks(random, 1)
            .emulator(
                new EmulatorSpec(
                    Collections.nCopies(dimensions, new ParameterScaling.Affine(0, 1)),
                    List.of(1 + random.nextInt(30), 1 + random.nextInt(30)),
                    activation(random),
                    Collections.nCopies(features, new Standardisation(0, 1)),
                    false));
    Manifest draft =
        Manifest.builder()
            .name("random")
            .version("1")
            .description("Random weights")
            .parameters(
                IntStream.range(0, dimensions)
                    .mapToObj(i -> new Parameter("p" + i, "1", Role.LOCAL, new Normal(0, 1)))
                    .toList())
            .observables(
                IntStream.range(0, features)
                    .mapToObj(i -> new Observable("o" + i, "1", 1.0))
                    .toList())
            .features(
                IntStream.range(0, features)
                    .mapToObj(i -> new Feature(Feature.Kind.VALUE, "o" + i))
                    .toList())
            .samples(250)
            .build();
    new BundleExporter(flow, emulator).export(draft, Map.of(), folder.resolve("bundle"));
    assertSamePosteriors(Bundle.load(folder.resolve("bundle")));
  }

  private static Activation activation(Random random) {
    Activation[] known = {Activation.TANH, Activation.SILU, Activation.RELU, Activation.ELU};
    return known[random.nextInt(known.length)];
  }

  private static FlowNetwork flow(Random random, int dimensions, int features) {
    List<TransformSpec> layers = new ArrayList<>();
    for (int t = 0; t < 1 + random.nextInt(4); t++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, dimensions).boxed().toList());
      Collections.shuffle(order, random);
      int width = dimensions + random.nextInt(70);
      List<List<Integer>> degrees =
          Collections.nCopies(1 + random.nextInt(2), RandomNetworks.evenDegrees(width, dimensions));
      layers.add(new TransformSpec.Affine(order, degrees, activation(random), 5));
    }
    FlowSpec spec =
        new FlowSpec(
            Collections.nCopies(dimensions, new ParameterScaling.Affine(0, 1)),
            Collections.nCopies(features, new Standardisation(0, 1)),
            random.nextBoolean()
                ? null
                : new EmbeddingSpec(List.of(1 + random.nextInt(40)), activation(random)),
            layers);
    return new RandomNetworks(random, 0.5).flow(spec);
  }

  private static void assertSamePosteriors(Bundle bundle) {
    List<float[]> rows = new RandomObjects(bundle).rows(5);
    EngineOptions options = EngineOptions.defaults().withSamples(250);
    try (PosteriorEngine plain = PosteriorEngine.open(bundle, options.withKernels(Kernels.NONE));
        PosteriorEngine fast = PosteriorEngine.open(bundle, options.withKernels(Kernels.FLOAT32))) {
      assertThat(plain.evaluator()).isEqualTo("ONNX Runtime");
      assertThat(fast.evaluator()).startsWith("kernel");
      List<ObjectSummary> expected = plain.infer(rows);
      List<ObjectSummary> found = fast.infer(rows);
      for (int i = 0; i < rows.size(); i++) {
        for (int d = 0; d < expected.get(i).mean().length; d++) {
          double sd = expected.get(i).sd(d);
          assertThat(found.get(i).mean()[d])
              .isCloseTo(expected.get(i).mean()[d], within(1e-3 * sd));
          assertThat(found.get(i).sd(d)).isCloseTo(sd, within(1e-3 * sd));
        }
      }
    }
  }
}
