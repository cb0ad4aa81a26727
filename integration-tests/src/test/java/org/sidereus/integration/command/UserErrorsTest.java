package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;

/**
 * Each error of a user has one line with what is wrong, where, and what to do, and exit code 1. A
 * stack trace comes only with --stacktrace. Wrong folders of yields are tested in the trainer,
 * which the tests here do not know ({@code GceCommandsTest}, {@code YieldDirectoryTest}).
 */
class UserErrorsTest {
  private static final String SHIPPED = "gce-tng";
  private static final Predicate<String> LOGGED_WORK =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\S+ INFO ").asPredicate();

  @TempDir private Path folder;
  private Path catalogue;

  @BeforeEach
  void writeCatalogue() {
    catalogue = folder.resolve("survey.csv");
    DemoSurvey.first(6).write(catalogue, Duration.ofHours(1));
  }

  /**
   * Whether the standard error is one line, beside the version and the configuration that {@code
   * run} prints first and the work that it logs.
   */
  private static void assertOneLine(CommandRun run, String... parts) {
    assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(1);
    List<String> lines = new ArrayList<>(run.err());
    int configuration = lines.indexOf("sidereus: effective configuration:");
    if (configuration >= 0) {
      lines.remove(configuration);
      lines.removeIf(line -> line.matches("  [a-z.-]+=.*"));
    }
    lines.removeIf(line -> line.matches("sidereus: version \\S+ on Java .*"));
    lines.removeIf(LOGGED_WORK);
    assertThat(lines).as("lines of the standard error").hasSize(1);
    assertThat(lines.get(0)).startsWith("sidereus: ").contains(parts);
    assertThat(lines.get(0)).doesNotContainPattern("^sidereus: \\w+(Exception|Error)\\b");
    assertThat(run.out()).isEmpty();
  }

  private static void assertHasStackTrace(CommandRun run) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).anyMatch(line -> line.startsWith("\tat org.sidereus."));
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }

  private String[] infer(Path bundle) {
    return new String[] {
      "infer",
      "--bundle",
      bundle.toString(),
      "--in",
      catalogue.toString(),
      "--out",
      folder.resolve("out.csv").toString()
    };
  }

  // ---- brokers, registries and ports

  @ParameterizedTest
  @ValueSource(strings = {"run", "replay", "publish", "watch"})
  void shouldSayThatNoBrokerResponds(String command) throws IOException {
    String address = "127.0.0.1:" + freePort();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--set",
                "bootstrap.servers=" + address,
                "--set",
                "startup.timeout=2s",
                "--set",
                "http.port=0"));
    if (command.equals("replay") || command.equals("publish")) {
      arguments.addAll(List.of("--in", catalogue.toString()));
    }

    String[] line = arguments.toArray(String[]::new);
    CommandRun run =
        command.equals("run") ? CommandRun.asProcess(folder, line) : CommandRun.here(line);

    assertOneLine(run, "no broker responds at " + address, "bootstrap.servers");
  }

  @Test
  void shouldSayThatNoRegistryRespondsAndThatAPortIsInUse() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        EmbeddedRegistry registry = EmbeddedRegistry.start(0);
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String absent = "http://127.0.0.1:" + freePort();
      String[] base = {
        "run",
        "--set",
        "bootstrap.servers=" + broker.bootstrapServers(),
        "--set",
        "state.dir=" + folder.resolve("state"),
        "--set",
        "state.store=memory",
        "--set",
        "startup.timeout=6s"
      };
      String[] noRegistry = with(base, "--set", "schema.registry.url=" + absent);
      assertOneLine(CommandRun.asProcess(folder, noRegistry), absent, "schema.registry.url");
      assertHasStackTrace(CommandRun.here(with(noRegistry, "--stacktrace")));
      assertOneLine(
          CommandRun.here(
              "replay",
              "--in",
              catalogue.toString(),
              "--set",
              "bootstrap.servers=" + broker.bootstrapServers(),
              "--set",
              "startup.timeout=6s",
              "--set",
              "schema.registry.url=" + absent),
          absent,
          "schema.registry.url");

      // the topic of observations in place of that of the posteriors of groups
      String[] here = {
        "--set",
        "bootstrap.servers=" + broker.bootstrapServers(),
        "--set",
        "topics.replication=1",
        "--set",
        "startup.timeout=6s"
      };
      String[] publish = {
        "publish", "--in", catalogue.toString(), "--set", "topic.observations=watched"
      };
      String[] watch = {
        "watch", "--from-beginning", "--max", "1", "--set", "topic.group-posteriors=watched"
      };
      CommandRun published =
          CommandRun.here(
              with(with(publish, here), "--set", "schema.registry.url=" + registry.url()));
      assertThat(published.exitCode()).as("%s", published.err()).isZero();
      assertOneLine(
          CommandRun.here(with(with(watch, here), "--set", "schema.registry.url=" + absent)),
          "topic watched, partition",
          absent,
          "schema.registry.url");

      String[] portInUse =
          with(
              base,
              "--set",
              "schema.registry.url=" + registry.url(),
              "--set",
              "http.port=" + other.getLocalPort());
      assertOneLine(
          CommandRun.asProcess(folder, portInUse),
          "127.0.0.1:" + other.getLocalPort(),
          "http.port");
    }
  }

  @Tag("thorough")
  @Test
  void shouldSayThatThePortOfTheDemoIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(other.getLocalPort());

      CommandRun run = CommandRun.asProcess(folder, "demo", "--headless", "--http-port", port);

      assertOneLine(run, "127.0.0.1:" + port, "http.port");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  // ---- bundles

  private Path copyOfBundle() throws IOException {
    Path shipped = Path.of(System.getProperty("sidereus.home"), "bundles", SHIPPED);
    Path copy = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(shipped)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(shipped.relativize(file).toString()));
      }
    }
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"posterior.onnx", "density.onnx", "emulator.onnx"})
  void shouldRefuseABundleWithAChangedFile(String file) throws IOException {
    Path bundle = copyOfBundle();
    byte[] bytes = Files.readAllBytes(bundle.resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(bundle.resolve(file), bytes);

    CommandRun run = CommandRun.here(infer(bundle));

    assertOneLine(run, file, "sha256", "copy or export the bundle again");
    assertThat(folder.resolve("out.csv")).doesNotExist();
    assertHasStackTrace(CommandRun.here(with(infer(bundle), "--stacktrace")));
  }

  @Test
  void shouldRefuseAGraphOfAnotherSignature() throws Exception {
    Path bundle = copyOfBundle();
    Files.write(
        bundle.resolve("posterior.onnx"), Files.readAllBytes(bundle.resolve("density.onnx")));
    list(bundle, "posterior.onnx");

    CommandRun run = CommandRun.asProcess(folder, infer(bundle));

    assertOneLine(run, "posterior.onnx");
    assertOneLine(
        CommandRun.here("demo", "--headless", "--bundle", bundle.toString()), "posterior.onnx");
    assertOneLine(CommandRun.here("run", "--set", "bundles=" + bundle), "posterior.onnx");
  }

  @Test
  void shouldRefuseAGraphThatIsNoGraph() throws Exception {
    Path bundle = copyOfBundle();
    Files.writeString(bundle.resolve("posterior.onnx"), "not a graph");
    list(bundle, "posterior.onnx");

    assertOneLine(CommandRun.here(infer(bundle)), "posterior.onnx");
  }

  /** Lists a file in the manifest with the size and hash that it has now. */
  private static void list(Path bundle, String file) throws Exception {
    byte[] bytes = Files.readAllBytes(bundle.resolve(file));
    Path path = bundle.resolve("manifest.json");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode manifest = (ObjectNode) mapper.readTree(path.toFile());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    manifest
        .withObject("/files")
        .putObject(file)
        .put("sha256", HexFormat.of().formatHex(digest))
        .put("bytes", bytes.length);
    mapper.writeValue(path.toFile(), manifest);
  }

  @Test
  void shouldListTheBundlesThatThereAre() {
    assertOneLine(CommandRun.here(infer(Path.of("gce-tgn"))), "'gce-tgn'", SHIPPED);
    assertOneLine(CommandRun.here("run", "--set", "bundles=gce-tgn"), "'gce-tgn'", SHIPPED);
    assertOneLine(
        CommandRun.here("replay", "--in", catalogue.toString(), "--bundle", "gce-tgn"),
        "'gce-tgn'",
        SHIPPED);
  }

  // ---- catalogues and configuration

  private CommandRun withCatalogue(String command) {
    return switch (command) {
      case "infer" -> CommandRun.here(infer(Path.of(SHIPPED)));
      case "demo" -> CommandRun.here("demo", "--headless", "--in", catalogue.toString());
      default -> CommandRun.here(command, "--in", catalogue.toString());
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"infer", "replay", "publish", "demo"})
  void shouldNameTheLineOfABrokenRow(String command) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(catalogue));
    lines.set(3, lines.get(3).replaceFirst(",-?[0-9.]+,0\\.05,", ",zero point one,0.05,"));
    Files.write(catalogue, lines);

    CommandRun run = withCatalogue(command);

    assertOneLine(run, catalogue + ", line 4", "'zero point one'", "correct or remove the row");
    assertThat(folder.resolve("out.csv")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"infer", "replay", "publish", "demo"})
  void shouldNameTheColumnOfAnObservableThatIsAbsent(String command) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(catalogue));
    lines.set(0, lines.get(0).replace("Mg_Fe", "magnesium"));
    Files.write(catalogue, lines);

    CommandRun run = withCatalogue(command);

    assertOneLine(run, catalogue + " has no column Mg_Fe,", SHIPPED, "line 1");
    assertThat(folder.resolve("out.csv")).doesNotExist();
  }

  @Test
  void shouldNameTheColumnOfAnotherSpelling() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(catalogue));
    lines.set(0, lines.get(0).replace("Mg_Fe", "MgFe"));
    Files.write(catalogue, lines);

    CommandRun run = withCatalogue("infer");

    assertOneLine(run, catalogue + " has the column 'MgFe' and not Mg_Fe", "rename it");
    assertThat(folder.resolve("out.csv")).doesNotExist();
  }

  @Test
  void shouldSayThatATableIsNoFitsFile() {
    String mapping =
        Path.of(System.getProperty("sidereus.home"), "surveys/harps-fits.json").toString();

    CommandRun run =
        CommandRun.asProcess(folder, with(infer(Path.of(SHIPPED)), "--mapping", mapping));

    assertOneLine(run, catalogue.toString(), "cannot be read as FITS");
  }

  @Test
  void shouldSayThatAFolderForTheResultsDoesNotExist() {
    Path out = folder.resolve("none").resolve("out.csv");

    CommandRun run =
        CommandRun.here(
            "infer", "--bundle", SHIPPED, "--in", catalogue.toString(), "--out", out.toString());

    assertOneLine(run, out + " cannot be written", "does not exist");
    assertThat(run.err()).noneMatch(line -> line.contains("Exception"));
  }

  @Test
  void shouldNameTheNearestKeyForOneThatIsUnknown() {
    assertOneLine(
        CommandRun.here("run", "--set", "windows.size=1h"), "windows.size", "window.size");
  }

  @Test
  void shouldSayWhatIsWrongWithAValue() {
    assertOneLine(CommandRun.here("run", "--set", "batch.size=many"), "batch.size", "many");
    assertOneLine(CommandRun.here("run", "--set", "window.size=1 fortnight"), "window.size");
    assertOneLine(
        CommandRun.here("run", "--config", folder.resolve("none.properties").toString()),
        "none.properties");
  }
}
