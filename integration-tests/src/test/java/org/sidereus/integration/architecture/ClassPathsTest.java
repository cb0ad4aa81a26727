package org.sidereus.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the modules carry at run time, by the class paths that the build writes for the launcher and
 * the image.
 */
class ClassPathsTest {
  private static final Pattern VERSION = Pattern.compile("-\\d.*\\.jar$");

  /** Names of the jars without their versions. */
  private static List<String> libraries(String module) throws IOException {
    Path file = Path.of(System.getProperty("sidereus.home"), module, "target", "classpath.txt");
    assumeTrue(
        Files.isReadable(file), file + " is not here; it is part of `package`, not of `test`");
    return Arrays.stream(Files.readString(file).strip().split(File.pathSeparator))
        .map(jar -> Path.of(jar).getFileName().toString())
        .map(jar -> VERSION.matcher(jar).replaceFirst(""))
        .map(jar -> jar.equals("onnxruntime_gpu") ? "onnxruntime" : jar)
        .toList();
  }

  @Test
  void shouldGiveTheEngineToOthersWithoutACommandLine() throws IOException {
    assertThat(libraries("engine"))
        .containsExactlyInAnyOrder(
            "onnxruntime",
            "jackson-databind",
            "jackson-annotations",
            "jackson-core",
            "hipparchus-core",
            "slf4j-api");
  }

  @Test
  void shouldCarryNoBrokerInTheService() throws IOException {
    assertThat(libraries("streams-app"))
        .contains("kafka-streams", "sidereus-engine")
        .noneMatch(jar -> jar.startsWith("kafka") && !isClientOrStreams(jar))
        .noneMatch(jar -> jar.startsWith("scala"))
        .noneMatch(jar -> jar.startsWith("jmh"))
        .noneMatch(jar -> jar.startsWith("pytorch") || jar.equals("api"))
        .noneMatch(jar -> jar.startsWith("sidereus-sim") || jar.equals("sidereus-trainer"));
  }

  private static boolean isClientOrStreams(String jar) {
    return jar.equals("kafka-clients") || jar.equals("kafka-streams");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simulators", "validation", "exporter", "catalogs"})
  void shouldCarryNeitherPyTorchNorKafka(String module) throws IOException {
    assertThat(libraries(module))
        .contains("sidereus-engine")
        .noneMatch(jar -> jar.startsWith("pytorch") || jar.equals("api"))
        .noneMatch(jar -> jar.startsWith("kafka"));
  }

  /** The names by which the rules above would find a broker, Scala, JMH and PyTorch. */
  @Test
  void shouldCarryThemWhereTheyBelong() throws IOException {
    assertThat(libraries("demo")).contains("kafka_2.13", "kafka-server", "scala-library");
    assertThat(libraries("benchmarks")).contains("jmh-core");
    assertThat(libraries("trainer")).contains("pytorch-engine", "pytorch-native-cpu", "api");
  }
}
