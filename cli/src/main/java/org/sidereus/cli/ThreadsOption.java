package org.sidereus.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --threads} of commands whose results do not depend on it. */
public final class ThreadsOption {
  private static final String NAME = "--threads";

  @Option(
      names = NAME,
      paramLabel = "N",
      description = "Threads (default: one for each processor). Results do not depend on it.")
  private @Nullable Integer threads;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * The number of threads, at least 1.
   *
   * @throws ParameterException if the number that was given is below 1
   */
  public int count() {
    if (threads == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (threads < 1) {
      throw new ParameterException(
          command.commandLine(), NAME + " must be at least 1 but is " + threads);
    }
    return threads;
  }
}
