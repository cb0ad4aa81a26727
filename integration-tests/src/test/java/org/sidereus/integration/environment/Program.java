package org.sidereus.integration.environment;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the machine, such as Python, whose output is that of the test.
 *
 * @param folder where it starts
 * @param variables besides those of the test
 * @param patience after which it is stopped
 */
public record Program(Path folder, Map<String, String> variables, Duration patience) {

  /** A program in the folder of the test, without more variables. */
  public static Program within(Duration patience) {
    return new Program(Path.of("").toAbsolutePath(), Map.of(), patience);
  }

  /** The exit code; -1 where there is no such program, or it was stopped. */
  public int run(String... command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).inheritIO();
    builder.environment().putAll(variables);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.directory(folder.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return -1;
    }
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }
}
