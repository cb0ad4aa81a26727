package org.sidereus.integration.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The programs of Prometheus, where they are on the path. */
public final class Promtool {
  private static final long LONGEST_RUN_S = 300;

  private final Path program;

  private Promtool(Path program) {
    this.program = program;
  }

  /** Its place; a test ends as skipped without it. */
  public static Promtool orSkip() {
    Optional<Promtool> found = find();
    assumeTrue(
        found.isPresent(),
        "promtool is not on the path; install Prometheus, such as Debian's package prometheus");
    return found.orElseThrow();
  }

  /** Its place, where it is. */
  public static Optional<Promtool> find() {
    return onPath("promtool").map(Promtool::new);
  }

  /** A program on the path. */
  public static Optional<Path> onPath(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Asserts that it finds no fault. */
  public void check(Object... arguments) {
    run("", arguments);
  }

  /** Asserts that a page of {@code /metrics} has no fault. */
  public void checkMetrics(String page) {
    run(page, "check", "metrics");
  }

  private void run(String input, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    try {
      Path in = Files.createTempFile("promtool", ".txt");
      Path out = Files.createTempFile("promtool", ".txt");
      try {
        Files.writeString(in, input);
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start();
        try {
          assertThat(process.waitFor(LONGEST_RUN_S, TimeUnit.SECONDS)).as("%s", command).isTrue();
        } finally {
          process.destroyForcibly();
        }
        assertThat(process.exitValue())
            .as("%s: %s", command, Files.readString(out, StandardCharsets.UTF_8))
            .isZero();
      } finally {
        Files.delete(in);
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
