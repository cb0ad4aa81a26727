package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

class BundleTest {
  @TempDir Path folder;
  private Path bundle;

  @BeforeEach
  void writeBundle() {
    bundle = LinearGaussianBundle.write(folder.resolve("bundles/tiny"));
  }

  @Test
  void shouldLoad() {
    Bundle loaded = Bundle.load(bundle);
    assertThat(loaded.manifest().name()).isEqualTo(LinearGaussianBundle.NAME);
    assertThat(loaded.read(Manifest.EMULATOR)).isEqualTo(LinearGaussianBundle.emulatorGraph());
  }

  @Test
  void shouldRefuseAWrongHash() throws IOException {
    Path graph = bundle.resolve(Manifest.EMULATOR);
    byte[] bytes = Files.readAllBytes(graph);
    bytes[bytes.length / 2] ^= 1;
    Files.write(graph, bytes);
    refused(graph + " has the sha256 ");
  }

  @Test
  void shouldRefuseAGraphExchangedAfterLoading() throws IOException {
    Bundle loaded = Bundle.load(bundle);
    Path graph = bundle.resolve(Manifest.EMULATOR);
    byte[] bytes = Files.readAllBytes(graph);
    bytes[bytes.length / 2] ^= 1;
    Files.write(graph, bytes);
    assertThatThrownBy(() -> loaded.read(Manifest.EMULATOR)).isInstanceOf(BundleException.class);
  }

  @Test
  void shouldRefuseATruncatedFile() throws IOException {
    Path graph = bundle.resolve(Manifest.POSTERIOR);
    byte[] bytes = Files.readAllBytes(graph);
    Files.write(graph, Arrays.copyOf(bytes, bytes.length / 2));
    refused(graph + " has " + bytes.length / 2 + " bytes but the manifest says " + bytes.length);
  }

  @Test
  void shouldRefuseAGraphThatIsLargerThanAnyBundleNeedsWithoutReadingIt() throws IOException {
    Path graph = bundle.resolve(Manifest.POSTERIOR);
    long before = Files.size(graph);
    long bytes = (1L << 30) + 1;
    try (RandomAccessFile sparse = new RandomAccessFile(graph.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    Path manifest = bundle.resolve(Manifest.FILE);
    String json = Files.readString(manifest);
    String size = "\"bytes\" : " + before;
    assertThat(json).contains(size);
    Files.writeString(manifest, json.replace(size, "\"bytes\" : " + bytes));
    refused(graph + " has " + bytes + " bytes but at most " + (1L << 30) + " are allowed");
  }

  @Test
  void shouldRefuseAManifestThatIsLargerThanAnyBundleNeedsWithoutReadingIt() throws IOException {
    try (RandomAccessFile sparse =
        new RandomAccessFile(bundle.resolve(Manifest.FILE).toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    refused(Manifest.FILE);
  }

  @Test
  void shouldRefuseAMissingFile() throws IOException {
    Files.delete(bundle.resolve(Manifest.DENSITY));
    refused(Manifest.DENSITY + " is missing although the manifest lists it");
  }

  @Test
  void shouldRefuseAFileThatIsNotListed() throws IOException {
    Files.createDirectories(bundle.resolve("calibration"));
    Files.writeString(bundle.resolve("calibration/ranks.csv"), "1");
    refused("ranks.csv is not listed");
  }

  @Test
  void shouldCheckExtraFilesAndIgnoreHiddenOnes() throws IOException {
    Map<String, byte[]> files = files();
    files.put("calibration/ranks.csv", new byte[] {1});
    LinearGaussianBundle.write(bundle, "tiny", "1", files);
    Files.writeString(bundle.resolve(".gitkeep"), "");
    Bundle.load(bundle);
    Files.write(bundle.resolve("calibration/ranks.csv"), new byte[] {2});
    refused("ranks.csv has the sha256");
  }

  @Test
  void shouldRefuseABundleWithoutOneOfItsGraphs() {
    Map<String, byte[]> files = files();
    files.remove(Manifest.EMULATOR);
    LinearGaussianBundle.write(folder.resolve("other"), "other", "1", files);
    assertThatThrownBy(() -> Bundle.load(folder.resolve("other")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("lists no file emulator.onnx");
  }

  @Test
  void shouldLoadABundleWithoutADensity() {
    Map<String, byte[]> files = files();
    files.remove(Manifest.DENSITY);
    Path other = LinearGaussianBundle.write(folder.resolve("other"), "other", "1", files);
    assertThat(Bundle.load(other).manifest().files()).doesNotContainKey(Manifest.DENSITY);
  }

  @Test
  void shouldCheckTheDensityWhereThereIsOne() {
    Map<String, byte[]> files = files();
    files.put(Manifest.DENSITY, LinearGaussianBundle.emulatorGraph());
    LinearGaussianBundle.write(bundle, "tiny", "1", files);
    refused("density.onnx has no input named x but [theta]");
  }

  @Test
  void shouldRefuseAnotherBundlesGraph() {
    withEmulator(
        new OnnxModelWriter()
            .input("theta", "N", 3)
            .constant("h", new double[15], 3, 5)
            .node("MatMul", "y", "theta", "h")
            .output("y", "N", 5));
    refused("output y is FLOAT [any, 5] but the manifest needs FLOAT [any, 4]");
    withEmulator(identity("theta", "y").input("theta", 8, 3).output("y", 8, 3));
    refused("input theta is FLOAT [8, 3] but the manifest needs FLOAT [any, 3]");
    withEmulator(identity("p", "y").input("p", "N", 3).output("y", "N", 3));
    refused("has no input named theta but [p]");
    withEmulator(identity("theta", "f").input("theta", "N", 3).output("f", "N", 3));
    refused("has no output named y but [f]");
    withEmulator(identity("theta", "y").input("theta", "N", 3).input("u", "N").output("y", "N", 3));
    refused("has an unknown input named u");
  }

  @Test
  void shouldRefuseWhatIsNoGraph() {
    Map<String, byte[]> files = files();
    files.put(Manifest.EMULATOR, "<html>".getBytes());
    LinearGaussianBundle.write(bundle, "tiny", "1", files);
    refused("emulator.onnx is no graph that ONNX Runtime can load");
  }

  @Test
  void shouldFindBundlesByNameOrPath() {
    BundleLocator locator = new BundleLocator(folder.resolve("bundles"));
    assertThat(locator.names()).containsExactly("tiny");
    assertThat(locator.locate("tiny")).isEqualTo(bundle);
    assertThat(locator.locate(bundle.toString())).isEqualTo(bundle);
    assertThatThrownBy(() -> locator.locate("tinny"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("there is no bundle 'tinny'; known bundles: tiny");
    assertThatThrownBy(() -> new BundleLocator(folder.resolve("none")).locate("x"))
        .hasMessageContaining("holds none");
    assertThatThrownBy(() -> locator.locate("")).isInstanceOf(BundleException.class);
  }

  private static OnnxModelWriter identity(String input, String output) {
    return new OnnxModelWriter().node("Identity", output, input);
  }

  private void withEmulator(OnnxModelWriter graph) {
    Map<String, byte[]> files = files();
    files.put(Manifest.EMULATOR, graph.build());
    LinearGaussianBundle.write(bundle, "tiny", "1", files);
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.POSTERIOR, LinearGaussianBundle.posteriorGraph());
    files.put(Manifest.DENSITY, LinearGaussianBundle.densityGraph());
    files.put(Manifest.EMULATOR, LinearGaussianBundle.emulatorGraph());
    return files;
  }

  private void refused(String message) {
    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(message);
  }
}
