package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.CommandRun;

/** The release archive runs with a Java runtime alone. It is there in the profile release only. */
@EnabledIfSystemProperty(
    named = "sidereus.archive",
    matches = ".+",
    disabledReason = "the profile release makes the archive")
class ReleaseTest {
  private static final long LONGEST_RUN_S = 180;

  @TempDir private static Path folder;
  private static Path release;

  @BeforeAll
  static void unpack() throws Exception {
    String archive = System.getProperty("sidereus.archive");
    CommandRun run = run(Map.of(), List.of("tar", "-xzf", archive, "-C", folder.toString()));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    try (Stream<Path> folders = Files.list(folder)) {
      release =
          folders
              .filter(one -> one.getFileName().toString().startsWith("sidereus-"))
              .findFirst()
              .orElseThrow();
    }
  }

  /** Runs a program with no variables but the path, the runtime of this test, and those given. */
  private static CommandRun run(Map<String, String> variables, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !name.equals("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(variables);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LONGEST_RUN_S, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new CommandRun(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
  }

  private static CommandRun sidereus(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(release.resolve("bin").resolve("sidereus").toString());
    command.addAll(List.of(arguments));
    return run(variables, command);
  }

  @Test
  void shouldHoldDataAndLicencesAndNoSources() {
    assertThat(release)
        .isDirectoryRecursivelyContaining("glob:**/bin/sidereus")
        .isDirectoryRecursivelyContaining("glob:**/lib/sidereus-engine-*.jar")
        .isDirectoryRecursivelyContaining("glob:**/lib/pytorch-native-cpu-*.jar")
        .isDirectoryRecursivelyContaining("glob:**/lib/commands.tsv")
        .isDirectoryRecursivelyContaining("glob:**/bundles/gce-tng/manifest.json")
        .isDirectoryRecursivelyContaining("glob:**/recipes/gce-tng.json")
        .isDirectoryRecursivelyContaining("glob:**/surveys/*.json")
        .isDirectoryNotContaining("glob:**/pom.xml");
    assertThat(List.of("LICENSE", "NOTICE", "THIRD-PARTY.txt", "sbom.json", "sbom.xml"))
        .allSatisfy(name -> assertThat(release.resolve(name)).isNotEmptyFile());
  }

  @Test
  void shouldHoldOneJarOfEachModule() throws IOException {
    try (Stream<Path> jars = Files.list(release.resolve("lib"))) {
      assertThat(
              jars.map(jar -> jar.getFileName().toString())
                  .filter(jar -> jar.startsWith("sidereus-"))
                  .map(jar -> jar.replaceFirst("^sidereus-(.*?)-\\d.*\\.jar$", "$1")))
          .containsExactlyInAnyOrder(
              "archive",
              "benchmarks",
              "catalogs",
              "cli",
              "demo",
              "engine",
              "explorer",
              "exporter",
              "http",
              "networks",
              "schemas",
              "simulators",
              "streams-app",
              "trainer",
              "validation");
    }
  }

  @Test
  void shouldRunTheDemo() throws Exception {
    CommandRun run = sidereus(Map.of(), "demo", "--headless");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> groups = new ArrayList<>();
    for (String line : run.out()) {
      groups.add(json.readTree(line));
    }
    assertThat(groups)
        .hasSize(3)
        .allSatisfy(
            group ->
                assertThat(group.get("mean").get("alpha_IMF").asDouble())
                    .isCloseTo(group.get("truth").get("alpha_IMF").asDouble(), within(0.01)));
  }

  /** A science case of one's own is such a jar, too. */
  @Test
  void shouldFindACommandInAFolderBehindTheClassPath() throws Exception {
    Path extension = Files.createDirectories(folder.resolve("extension"));
    Path table = extension.resolve("META-INF").resolve("sidereus").resolve("commands.tsv");
    Files.createDirectories(table.getParent());
    Files.writeString(table, "hello\t" + HelloCommand.class.getName() + "\tSays hello.\n");
    String classPath = extension + File.pathSeparator + testClasses();

    CommandRun run = sidereus(Map.of("SIDEREUS_CLASSPATH", classPath), "hello");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(run.out()).containsExactly("hello");
    assertThat(sidereus(Map.of(), "hello").exitCode()).as("without the folder").isEqualTo(2);
  }

  private static Path testClasses() throws URISyntaxException {
    return Path.of(HelloCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
