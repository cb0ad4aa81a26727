package org.sidereus.integration.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An Apicurio Registry in a process of its own, from the distribution that Maven unpacked into
 * {@code target/apicurio}. It keeps its schemas in memory unless its environment says otherwise.
 */
public final class ApicurioRegistry implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofSeconds(300);

  private final Process process;
  private final int port;

  private ApicurioRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the registry and waits until it responds.
   *
   * @param home folder of the distribution
   * @param java home of a Java runtime as {@link #suitableJava} finds it
   * @throws AssertionError if it does not start, with the end of its log
   */
  static ApicurioRegistry start(Path home, Path java) throws IOException, InterruptedException {
    return start(home, java, freePort(), Map.of());
  }

  /**
   * Starts the registry at a port and waits until it responds.
   *
   * @param home folder of the distribution
   * @param java home of a Java runtime as {@link #suitableJava} finds it
   * @param environment variables beside those of this process
   * @throws AssertionError if it does not start, with the end of its log
   */
  public static ApicurioRegistry start(
      Path home, Path java, int port, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path log = home.resolve("sidereus-test.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                java.resolve("bin/java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=0",
                "-jar",
                jar(home).toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    // Killed tests do not call close().
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    ApicurioRegistry registry = new ApicurioRegistry(process, port);
    long deadlineNs = System.nanoTime() + LONGEST_START.toNanos();
    while (!registry.responds()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNs) {
        registry.close();
        throw new AssertionError("Apicurio Registry did not start; its log ends with\n" + end(log));
      }
      Thread.sleep(100);
    }
    return registry;
  }

  /** Its address as of a Confluent registry, for {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A Java runtime that is new enough for the distribution: the one of the tests, or one that
   * {@code JAVA_HOME} or a variable such as {@code JAVA_HOME_21_X64} names, or one of the system.
   */
  public static Optional<Path> suitableJava(Path home) {
    int needed = neededJava(home);
    Stream<Path> named =
        System.getenv().entrySet().stream()
            .filter(variable -> variable.getKey().startsWith("JAVA_HOME"))
            .map(Map.Entry::getValue)
            .map(Path::of);
    return Stream.of(
            Stream.of(Path.of(System.getProperty("java.home"))),
            named,
            foldersIn(Path.of("/usr/lib/jvm")))
        .flatMap(candidates -> candidates)
        .filter(candidate -> versionOf(candidate) >= needed)
        .findFirst();
  }

  /** The oldest Java that runs the distribution: the 3.x line wants 21, the 2.x line 17. */
  static int neededJava(Path home) {
    return jar(home).endsWith("quarkus-run.jar") ? 21 : 17;
  }

  private static Path jar(Path home) {
    try (Stream<Path> files = Files.list(home)) {
      return files
          .filter(
              file ->
                  file.endsWith("quarkus-run.jar")
                      || file.getFileName().toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(
              () -> new AssertionError("no quarkus-run.jar and no *-runner.jar in " + home));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no distribution of Apicurio in %s; run the tests by Maven, which unpacks it"
              .formatted(home),
          e);
    }
  }

  private static Stream<Path> foldersIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** The feature version of a Java runtime by its {@code release} file; 0 if it is none. */
  private static int versionOf(Path javaHome) {
    if (!Files.isExecutable(javaHome.resolve("bin/java"))) {
      return 0;
    }
    Properties release = new Properties();
    try (var in = Files.newInputStream(javaHome.resolve("release"))) {
      release.load(in);
      String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Integer.parseInt(version.split("[.+_-]")[0]);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private boolean responds() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url() + "/subjects"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** A port that nobody listens at. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String end(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }
}
