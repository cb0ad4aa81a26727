package org.sidereus.exporter.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

class BundleExporterTest {
  @TempDir Path directory;

  private final FlowNetwork flow =
      FlowShapes.all().filter(shape -> shape.name().equals("mixed-2d")).findFirst().get().flow();
  private final EmulatorNetwork emulator =
      new RandomNetworks(new Random(5), 1)
          .emulator(
              new EmulatorSpec(
                  flow.spec().parameterScaling(),
                  List.of(4),
                  Activation.TANH,
                  List.of(
                      new Standardisation(0, 1),
                      new Standardisation(0, 1),
                      new Standardisation(0, 1)),
                  false));
  private final BundleExporter exporter = new BundleExporter(flow, emulator);

  @Test
  void shouldWriteABundleThatLoads() throws IOException {
    Path figure = Files.writeString(directory.resolve("coverage.json"), "{}");
    Path out = directory.resolve("bundles").resolve("test");
    exporter.export(draft(3), Map.of("calibration/coverage.json", figure), out);
    Bundle bundle = Bundle.load(out);
    assertThat(bundle.manifest().files())
        .containsOnlyKeys(
            Manifest.POSTERIOR, Manifest.DENSITY, Manifest.EMULATOR, "calibration/coverage.json");
    assertThat(bundle.manifest().provenance()).isEqualTo(draft(3).provenance());
  }

  @Test
  void shouldWriteTheSameBytesEveryTime() {
    exporter.export(draft(3), Map.of(), directory.resolve("a"));
    exporter.export(draft(3), Map.of(), directory.resolve("b"));
    for (String file :
        List.of(Manifest.FILE, Manifest.POSTERIOR, Manifest.DENSITY, Manifest.EMULATOR)) {
      assertThat(directory.resolve("a").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("b").resolve(file));
    }
  }

  @Test
  void shouldNotWriteABundleWithOneWrongWeight() throws IOException {
    String name = "transforms.1.output.context.weight";
    Tensor tensor = flow.weights().get(name);
    float[] values = tensor.values().clone();
    values[0] += 0.01f;
    Map<String, Tensor> tensors = new TreeMap<>(flow.weights().tensors());
    tensors.put(name, new Tensor(tensor.shape(), values));
    BundleGraphs wrong =
        BundleGraphs.of(
            new FlowNetwork(flow.spec(), new Weights(tensors)),
            emulator,
            List.of(),
            true,
            draft(3));
    Path out = directory.resolve("test");
    assertThatThrownBy(() -> exporter.write(wrong, draft(3), Map.of(), out))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("nothing was written")
        .hasMessageContaining("posterior: theta");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldLeaveOutTheDensityWhereItIsNotWanted() {
    Path with = directory.resolve("with");
    Path without = directory.resolve("without");
    exporter.export(draft(3), Map.of(), with);
    List<ParityCheck.Report> reports =
        exporter.withoutDensity().export(draft(3), Map.of(), without);
    assertThat(reports).extracting(ParityCheck.Report::graph).doesNotContain("density");
    assertThat(Bundle.load(without).manifest().files())
        .containsOnlyKeys(Manifest.POSTERIOR, Manifest.EMULATOR);
    assertThat(without.resolve(Manifest.DENSITY)).doesNotExist();
    assertThat(without.resolve(Manifest.POSTERIOR))
        .hasSameBinaryContentAs(with.resolve(Manifest.POSTERIOR));
  }

  @Test
  void shouldNotOverwrite() throws IOException {
    Path out = Files.createDirectory(directory.resolve("test"));
    assertThatThrownBy(() -> exporter.export(draft(3), Map.of(), out))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void shouldRefuseAManifestOfOtherFeatures() {
    assertThatThrownBy(() -> exporter.export(draft(2), Map.of(), directory.resolve("test")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("2 features but the flow has 3");
  }

  private static Manifest draft(int features) {
    return Manifest.builder()
        .name("test")
        .version("1.0")
        .description("A test")
        .parameters(
            List.of(
                new Parameter("a", "1", Role.SHARED, new Normal(0, 1)),
                new Parameter("b", "1", Role.LOCAL, new Normal(0, 1))))
        .observables(
            IntStream.range(0, 3).mapToObj(i -> new Observable("o" + i, "1", 0.1)).toList())
        .features(
            IntStream.range(0, features)
                .mapToObj(i -> new Feature(Feature.Kind.VALUE, "o" + i))
                .toList())
        .samples(100)
        .files(Map.of("stale.txt", new FileEntry("0".repeat(64), 1)))
        .provenance(Map.of("seed", 7))
        .build();
  }
}
