package org.sidereus.exporter.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import picocli.CommandLine;

class ExportCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void writeNetworks() throws Exception {
    FlowNetwork flow =
        FlowShapes.all().filter(shape -> shape.name().equals("mixed-2d")).findFirst().get().flow();
    flow.write(Files.createDirectory(folder.resolve("flow")));
    new RandomNetworks(new Random(5), 1)
        .emulator(
            new EmulatorSpec(
                flow.spec().parameterScaling(),
                List.of(4),
                Activation.TANH,
                Collections.nCopies(3, new Standardisation(0, 1)),
                false))
        .write(Files.createDirectory(folder.resolve("emulator")));
    Manifest.builder()
        .name("test")
        .version("1")
        .parameters(
            List.of(
                new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
                new Parameter("b", "", Role.LOCAL, new Normal(0, 1))))
        .observables(IntStream.range(0, 3).mapToObj(i -> new Observable("o" + i, "", 0.1)).toList())
        .features(
            IntStream.range(0, 3).mapToObj(i -> new Feature(Feature.Kind.VALUE, "o" + i)).toList())
        .samples(100)
        .build()
        .write(folder.resolve("draft.json"));
  }

  @Tag("thorough")
  @Test
  void shouldWriteTheDensityUnlessItIsNotWanted() {
    assertThat(export("with", "--force")).contains("parity of density: log_prob");
    assertThat(Bundle.load(folder.resolve("with")).manifest().files())
        .containsOnlyKeys(Manifest.POSTERIOR, Manifest.DENSITY, Manifest.EMULATOR);
    assertThat(export("without", "--force", "--no-density"))
        .contains("parity of posterior: theta")
        .doesNotContain("parity of density", "density.onnx");
    assertThat(Bundle.load(folder.resolve("without")).manifest().files())
        .containsOnlyKeys(Manifest.POSTERIOR, Manifest.EMULATOR);
  }

  /** Random weights are no posterior. */
  @Test
  void shouldRefuseAFaultUnlessItIsForced() {
    StringWriter errors = new StringWriter();
    assertThat(execute(new StringWriter(), errors, "refused")).isNotZero();
    assertThat(errors.toString()).contains("check found CALIBRATION", "--force");
    assertThat(folder.resolve("refused")).doesNotExist();
    assertThat(export("forced", "--force")).contains("FAULT").contains("CALIBRATION");
    assertThat(Bundle.load(folder.resolve("forced")).manifest().provenance())
        .extractingByKey("accepted_faults")
        .asString()
        .contains("CALIBRATION");
  }

  private String export(String out, String... options) {
    StringWriter printed = new StringWriter();
    StringWriter errors = new StringWriter();
    assertThat(execute(printed, errors, out, options)).as(errors.toString()).isZero();
    return printed.toString();
  }

  private int execute(StringWriter printed, StringWriter errors, String out, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--flow", folder.resolve("flow").toString(),
                "--emulator", folder.resolve("emulator").toString(),
                "--manifest", folder.resolve("draft.json").toString(),
                "--out", folder.resolve(out).toString()));
    arguments.addAll(List.of(options));
    return new CommandLine(new ExportCommand())
        .setOut(new PrintWriter(printed))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments.toArray(String[]::new));
  }
}
