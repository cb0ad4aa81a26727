package org.sidereus.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.Manifest;
import picocli.CommandLine;

class BundleDescriptionTest {
  private static final Path BUNDLES = Path.of(System.getProperty("sidereus.home"), "bundles");

  @ParameterizedTest
  @ValueSource(strings = {"gce-tng", "gce-alternative", "sed-provabgs"})
  void shouldNameEveryParameterAndObservable(String bundle) {
    Manifest manifest = Manifest.read(BUNDLES.resolve(bundle).resolve(Manifest.FILE));
    List<String> lines = new BundleDescription(BUNDLES.resolve(bundle)).lines();
    assertThat(lines.get(0)).startsWith(bundle + " version " + manifest.version());
    manifest
        .parameters()
        .forEach(one -> assertThat(lines).anyMatch(line -> line.startsWith("  " + one.name())));
    manifest
        .observables()
        .forEach(one -> assertThat(lines).anyMatch(line -> line.startsWith("  " + one.name())));
    assertThat(lines).noneMatch(line -> line.contains("null"));
  }

  /** A bundle of another program says little of itself, and may have long names. */
  @Test
  void shouldLeaveOutWhatABundleDoesNotSay(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve(Manifest.FILE),
        """
        {"format": 1, "name": "of-others", "version": "1", "description": "A bundle of others",
         "parameters": [
           {"name": "slope_of_the_initial_mass_function", "unit": "", "role": "shared",
            "prior": {"kind": "normal", "mean": -2.3, "sd": 0.3}},
           {"name": "age", "unit": "Gyr", "role": "local",
            "prior": {"kind": "uniform", "lower": 0, "upper": 13}}],
         "observables": [{"name": "y", "unit": "dex", "error": 0.05}],
         "features": [{"kind": "value", "of": "y"}],
         "samples": 512, "files": {}, "provenance": {}, "calibration": {"passed": true}}
        """);
    List<String> lines = new BundleDescription(folder).lines();
    assertThat(lines)
        .noneMatch(line -> line.contains("null"))
        .contains("Calibration: passed", "Made by a program that the manifest does not name");
    List<Integer> roles =
        lines.stream()
            .filter(line -> line.contains(" shared ") || line.contains(" local "))
            .map(line -> Math.max(line.indexOf(" shared "), line.indexOf(" local ")))
            .distinct()
            .toList();
    assertThat(roles).as("columns").hasSize(1);
  }

  @Test
  void shouldGiveTheManifestAsJson() throws IOException {
    Path folder = BUNDLES.resolve("gce-tng");
    JsonNode json = new JsonMapper().readTree(new BundleDescription(folder).json().toString());
    assertThat(json.path("manifest"))
        .isEqualTo(new JsonMapper().readTree(folder.resolve(Manifest.FILE).toFile()));
    assertThat(json.path("sha256").asText()).matches("[0-9a-f]{64}");
    assertThat(json.path("folder").asText()).isEqualTo(folder.toString());
  }

  @Test
  void shouldListBundlesAsJson() throws IOException {
    StringWriter out = new StringWriter();
    int code = new CommandLine(new BundlesCommand()).setOut(new PrintWriter(out)).execute("--json");
    assertThat(code).isZero();
    JsonNode all = new JsonMapper().readTree(out.toString());
    JsonNode tng =
        StreamSupport.stream(all.spliterator(), false)
            .filter(one -> one.path("name").asText().equals("gce-tng"))
            .findFirst()
            .orElseThrow();
    assertThat(tng.path("shared_parameters")).hasSize(2);
    assertThat(tng.path("sha256").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void shouldSayWhereThereIsNoBundle(@TempDir Path folder) {
    assertThatThrownBy(() -> new BundleDescription(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(folder.toString());
  }
}
