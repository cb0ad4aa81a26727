package org.sidereus.simulators.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.process.ModelSimulator;
import org.sidereus.simulators.process.NamedSimulator;
import org.sidereus.simulators.process.ProcessSimulator;
import org.sidereus.simulators.process.SimulatorCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The option {@code --simulator} of commands that run one: a process, or a model of another jar.
 */
public final class SimulatorOption {
  /** Its name. */
  public static final String NAME = "--simulator";

  @Option(
      names = NAME,
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "COMMAND",
      description =
          "Program that simulates, such as \"python sim.py\" (docs/reference/simulator.md), or name"
              + " of a forward model of a jar in SIDEREUS_CLASSPATH. In `validate` without a"
              + " value: the simulator of the bundle's science case.")
  private @Nullable String simulator;

  @Option(
      names = "--simulator-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Longest time of a simulator process for a batch of up to 256 runs, and for its start"
              + " (default: ${DEFAULT-VALUE}).")
  private double timeoutSeconds;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Whether the option is there, with a value or without one. */
  public boolean isGiven() {
    return simulator != null;
  }

  /** Whether a program or a model is named. */
  public boolean isNamed() {
    return simulator != null && !simulator.isBlank();
  }

  /**
   * The simulator that is named. Its processes end with this program, or when it is closed.
   *
   * @throws ParameterException if none is named
   * @throws SidereusException if it cannot be started, or says what it must not
   */
  public NamedSimulator open() {
    if (simulator == null || simulator.isBlank()) {
      throw new ParameterException(
          command.commandLine(),
          "no simulator is named; give " + NAME + " \"COMMAND\", such as \"python sim.py\"");
    }
    Duration limit = limit();
    String name = simulator.strip();
    return ModelSimulator.named(name)
        .<NamedSimulator>map(one -> one)
        .orElseGet(() -> ProcessSimulator.start(SimulatorCommand.parse(name), limit));
  }

  private Duration limit() {
    if (!(timeoutSeconds >= 0.001 && timeoutSeconds <= 1e9)) {
      throw new ParameterException(
          command.commandLine(),
          "--simulator-timeout must be a number of seconds above 0 but is " + timeoutSeconds);
    }
    return Duration.ofMillis((long) (1000 * timeoutSeconds));
  }
}
