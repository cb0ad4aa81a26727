package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  private static final FileEntry ENTRY = new FileEntry("0".repeat(64), 1);

  @TempDir Path folder;

  private static Manifest full() {
    return Manifest.builder()
        .name("full")
        .version("1.2")
        .description("every kind of everything")
        .parameters(
            List.of(
                new Parameter("a", "dex", Role.SHARED, new Normal(1, 2)),
                new Parameter("b", null, Role.LOCAL, new Uniform(0, 1)),
                new Parameter(
                    "c",
                    "Gyr",
                    Role.SHARED,
                    new TruncatedNormal(5, 2, 2, Double.POSITIVE_INFINITY))))
        .observables(List.of(new Observable("y", "mag", 0.05), new Observable("z", "", null)))
        .features(
            List.of(
                new Feature(Feature.Kind.VALUE, "y"),
                new Feature(Feature.Kind.ERROR, "y"),
                new Feature(Feature.Kind.MASK, "y"),
                new Feature(Feature.Kind.VALUE, "z"),
                new Feature(Feature.Kind.COVARIATE, "t"),
                new Feature(Feature.Kind.COVARIATE_ERROR, "t"),
                new Feature(Feature.Kind.COVARIATE_MASK, "t")))
        .samples(1000)
        .files(Map.of("posterior.onnx", ENTRY, "calibration/ranks.svg", ENTRY))
        .provenance(Map.of("seed", 7, "sizes", List.of(1, 2)))
        .calibration(Map.of("coverage", 0.68))
        .build();
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    Path file = folder.resolve("manifest.json");
    full().write(file);
    assertThat(Manifest.read(file)).isEqualTo(full());
    assertThat(Files.readString(file))
        .contains("\"kind\" : \"truncated_normal\"", "\"upper\" : null", "\"role\" : \"shared\"")
        .contains("\"kind\" : \"covariate_mask\"")
        .doesNotContain("covariates", "derived", "noise", "input_priors")
        .doesNotContain("shared_parameters", "Infinity", "variance");
  }

  @Test
  void shouldKeepCovariatesAndDerivedQuantities() throws IOException {
    Manifest manifest = withCovariates(List.of(new Covariate("t", "Gyr", new Uniform(0, 13))));
    Path file = folder.resolve("manifest.json");
    manifest.write(file);
    assertThat(Manifest.read(file)).isEqualTo(manifest);
    assertThat(Files.readString(file)).contains("\"noise\" : \"normal_flux\"").contains("ratio");
    assertThat(manifest.covariateColumns()).containsExactly(4);
    assertThat(manifest.inputPriors()).hasSize(4).endsWith(new Uniform(0, 13));
  }

  @Test
  void shouldKeepCorrelations() throws IOException {
    Manifest manifest =
        full().toBuilder()
            .parameters(
                List.of(
                    new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
                    new Parameter("t", "", Role.LOCAL, new Normal(2, 1))))
            .correlations(List.of(new Correlation(List.of("a", "t"), 0.5)))
            .observables(List.of(new Observable("y", "", 0.05), new Observable("z", "", 0.1)))
            .likelihood(true)
            .build();
    Path file = folder.resolve("manifest.json");
    manifest.write(file);
    assertThat(Manifest.read(file)).isEqualTo(manifest);
    assertThat(manifest.toBuilder().build()).isEqualTo(manifest);
    assertThat(Files.readString(file)).doesNotContain("first", "priors");
    Files.writeString(file, Files.readString(file).replace("\"value\" : 0.5", "\"values\" : 0.5"));
    assertThatThrownBy(() -> Manifest.read(file))
        .hasMessageContaining("values")
        .hasMessageContaining("correlations[0]");
  }

  @Test
  void shouldRefuseACovariateThatIsNoFeature() {
    assertThatThrownBy(() -> withCovariates(List.of(new Covariate("w", "", new Uniform(0, 1)))))
        .hasMessageContaining("the covariate w is no feature");
    assertThatThrownBy(() -> withCovariates(List.of(new Covariate("a", "", new Uniform(0, 1)))))
        .hasMessageContaining("a is listed twice");
  }

  private static Manifest withCovariates(List<Covariate> covariates) {
    Manifest full = full();
    return full.toBuilder()
        .covariates(covariates)
        .derived(List.of(new Derived("ratio", "")))
        .observables(
            List.of(
                new Observable("y", "mag", 0.05).withNoise(Noise.NORMAL_FLUX),
                new Observable("z", "", null)))
        .build();
  }

  @Test
  void shouldReplaceFilesAndCalibrationAlone() {
    Map<String, FileEntry> files = Map.of("emulator.onnx", ENTRY);
    assertThat(full().withFiles(files).files()).isEqualTo(files);
    assertThat(full().withFiles(files).withFiles(full().files())).isEqualTo(full());
    assertThat(full().withCalibration(Map.of("passed", true)).calibration())
        .isEqualTo(Map.of("passed", true));
    assertThat(full().withCalibration(Map.of()).withCalibration(full().calibration()))
        .isEqualTo(full());
  }

  @Test
  void shouldIgnoreKeysItDoesNotKnow() throws IOException {
    Path file = folder.resolve("manifest.json");
    full().write(file);
    Files.writeString(
        file, Files.readString(file).replaceFirst("\\{", "{ \"later\": {\"x\": [1]},"));
    assertThat(Manifest.read(file)).isEqualTo(full());
  }

  @Test
  void shouldKnowWhatIsShared() {
    assertThat(full().sharedIndices()).containsExactly(0, 2);
    assertThat(full().sharedParameters()).extracting(Parameter::name).containsExactly("a", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\" : 1| \"format\" : 3| format is 3 but this version reads formats 1 to 2",
        "\"format\" : 1| \"format\" : 2| likelihood is missing; say true",
        "\"name\" : \"full\"| \"name\" : \"../up\"| the bundle name '../up'",
        "\"samples\" : 1000| \"samples\" : 999| samples must be even",
        "\"samples\" : 1000| \"s\" : 1000| samples",
        "\"sd\" : 2.0| \"sd\" : -2.0| the sd of a prior must be positive and finite, not -2.0",
        "\"sd\" : 2.0| \"s\" : 2.0| sd",
        "\"kind\" : \"uniform\"| \"kind\" : \"cauchy\"| cauchy",
        "\"role\" : \"local\"| \"role\" : \"global\"| global",
        "\"role\" : \"local\"| \"r\" : \"local\"| parameter b has no role",
        "\"name\" : \"b\"| \"name\" : \"a\"| the parameter a is listed twice",
        "\"name\" : \"z\"| \"name\" : \"q\"| the feature VALUE of z names no observable",
        "\"of\" : \"t\"| \"of\" : \"z\"| has the name of an observable",
        "\"kind\" : \"error\"| \"kind\" : \"value\"| the feature VALUE of y is listed twice",
        "\"samples\" : 1000| \"samples\" : 8, \"derived\" : [null]| derived has an entry that is"
            + " null",
        "calibration/ranks.svg| ../ranks.svg| must be relative and stay inside",
        "calibration/ranks.svg| /etc/passwd| must be relative and stay inside",
        "0000000000\"| 000\"| a sha256 must have 64",
      })
  void shouldSayWhatIsWrong(String found, String replacement, String message) throws IOException {
    Path file = folder.resolve("manifest.json");
    full().write(file);
    String json = Files.readString(file);
    assertThat(json).contains(found);
    Files.writeString(file, json.replace(found, replacement));
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void shouldSayThatAFileIsNoManifest() throws IOException {
    Path file = folder.resolve("manifest.json");
    assertThatThrownBy(() -> Manifest.read(file)).hasMessageContaining("does not exist");
    for (String text : List.of("", "{", "null", "[]", "{}", "\u0000\u0001")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Manifest.read(file))
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith(file.toString());
    }
  }
}
