package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.testing.LinearGaussianBundle;

class EmulatorErrorTest {
  private static final String FUNCTION =
      "{\"at_mean\": 1e-4, \"slope\": [0.1, -0.2], \"curvature\": [[0.2, 0.05], [0.05, 0.1]]}";

  @TempDir Path folder;

  @Test
  void shouldBeAFunctionOfTheSharedParameters() throws IOException {
    EmulatorError error = read(FUNCTION);
    assertThat(error.at(new double[] {0, 0})).isEqualTo(1e-4);
    // 0.1 * 2 + 0.2 * 1 + (0.2 * 4 - 2 * 0.05 * 2 + 0.1 * 1) / 2 = 0.75
    assertThat(error.at(new double[] {2, -1})).isCloseTo(1e-4 * Math.exp(0.75), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0", "1e-4", "0.25"})
  void shouldBeTheSameEverywhereAsANumber(String number) throws IOException {
    EmulatorError error = read(number);
    assertThat(error).isEqualTo(EmulatorError.constant(Double.parseDouble(number)));
    assertThat(error.at(new double[] {3, 3})).isEqualTo(Double.parseDouble(number));
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    for (String json : List.of(FUNCTION, "1.2E-4", "0")) {
      Path file = Files.createTempFile(folder, "manifest", ".json");
      Manifest manifest = Manifest.read(manifest(json));
      manifest.write(file);
      assertThat(Manifest.read(file)).isEqualTo(manifest);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-1| finite and not negative",
        "{\"slope\": [0, 0], \"curvature\": [[0, 0], [0, 0]]}| at_mean",
        "{\"at_mean\": 1, \"slope\": [0, 0]}| symmetric matrix of the size of its slope, 2",
        "{\"at_mean\": 1, \"slope\": [0], \"curvature\": [[0], [0]]}| symmetric matrix",
        "{\"at_mean\": 1, \"slope\": [0, 0], \"curvature\": [[0, 1], [0, 0]]}| symmetric matrix",
        "{\"at_mean\": 1, \"slope\": [0, null], \"curvature\": [[0, 1], [1, 0]]}| finite numbers",
        "{\"at_mean\": 1, \"slope\": [0], \"curvature\": [[0]]}| y1 has a slope in 1 parameters",
        "\"much\"| emulator_error",
      })
  void shouldRefuseWhatIsWrong(String json, String message) throws IOException {
    Path manifest = manifest(json);
    assertThatThrownBy(() -> Manifest.read(manifest))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAnUnknownKey() throws IOException {
    Path manifest = manifest(FUNCTION.replace("slope", "slopes"));
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"format\" : 1", "\"format\" : 2, \"likelihood\" : false"));
    assertThatThrownBy(() -> Manifest.read(manifest))
        .hasMessageContaining("unknown key slopes in observables[0].emulator_error")
        .hasMessageContaining("nearest known key is slope");
  }

  private EmulatorError read(String json) throws IOException {
    return Manifest.read(manifest(json)).observables().get(0).emulatorError();
  }

  /** The manifest of a bundle with two shared parameters and an emulator error of y1. */
  private Path manifest(String emulatorError) throws IOException {
    Path bundle = LinearGaussianBundle.write(Files.createTempDirectory(folder, "bundle"));
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst(
                "\"name\" : \"y1\",",
                "\"name\" : \"y1\", \"emulator_error\" : " + emulatorError + ","));
    return manifest;
  }
}
