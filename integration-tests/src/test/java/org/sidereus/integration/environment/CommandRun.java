package org.sidereus.integration.environment;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.sidereus.cli.Sidereus;
import picocli.CommandLine;

/**
 * What a command of the command line did.
 *
 * @param exitCode its exit code
 * @param out lines of the standard output
 * @param err lines of the standard error
 */
public record CommandRun(int exitCode, List<String> out, List<String> err) {
  private static final long LONGEST_RUN_S = 180;

  /** Runs a command in this process. */
  public static CommandRun here(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new CommandRun(
        exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }

  /**
   * Runs a command in a process of its own, as the launcher does: with the shipped configuration of
   * the log, and the class path in the environment.
   *
   * @param folder where the output is kept
   */
  public static CommandRun asProcess(Path folder, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsidereus.home=" + System.getProperty("sidereus.home"),
                Sidereus.class.getName()));
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(folder, "out", ".txt");
      Path err = Files.createTempFile(folder, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("CLASSPATH", classPath());
      Process process = builder.start();
      try {
        if (!process.waitFor(LONGEST_RUN_S, TimeUnit.SECONDS)) {
          throw new AssertionError("%s did not end: %s".formatted(command, Files.readString(err)));
        }
      } finally {
        process.destroyForcibly();
      }
      return new CommandRun(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** The class path of the tests without the tests themselves. */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
