package org.sidereus.simulators.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.cli.ThreadsOption;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParallelRuns;
import org.sidereus.simulators.run.ParameterFile;
import org.sidereus.simulators.run.SimulationFile;
import org.sidereus.simulators.run.SimulationTable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus simulate NAME}: noiseless observables of a science case. */
@Command(
    description =
        "Runs the simulator without noise. Reads the parameters from a CSV file, or draws them from"
            + " the prior.",
    mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
  private final Supplier<SimulationTable> tables;

  @ArgGroup(multiplicity = "1")
  private InputSource input;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "CSV file to write: the inputs, the results, and void_reason, which says why a run"
              + " failed and is empty for the others.")
  private Path out;

  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Spec private CommandSpec command;

  /** Where the parameters come from. */
  private static final class InputSource {
    @Option(
        names = "--in",
        required = true,
        paramLabel = "FILE",
        description =
            "CSV file with a column for each input of the simulator; other columns are ignored."
                + " A file of --draw has these columns.")
    private @Nullable Path file;

    @Option(
        names = "--draw",
        required = true,
        paramLabel = "N",
        description = "Draw N objects from the prior.")
    private int draws;
  }

  /**
   * The command of a case.
   *
   * @param tables makes the table of the simulator that the options of the case ask for
   */
  public SimulateCommand(Supplier<SimulationTable> tables) {
    this.tables = tables;
  }

  @Override
  public Integer call() {
    int workers = threads.count();
    if (input.file == null && input.draws < 1) {
      throw new ParameterException(
          command.commandLine(), "--draw must be at least 1 but is " + input.draws);
    }
    SimulationTable table = tables.get();
    double[][] inputs =
        input.file == null ? table.draw(input.draws, seed) : read(table, input.file);
    SimulationResult[] results;
    try (Progress progress = TerminalProgress.of("simulating", inputs.length)) {
      results = new ParallelRuns(table::newRunner, workers).run(inputs, progress);
    }
    new SimulationFile(out, table.inputs(), table.results()).write(inputs, results);
    command.commandLine().getOut().println(summary(results));
    return 0;
  }

  private static double[][] read(SimulationTable table, Path file) {
    double[][] rows = new ParameterFile(file, table.inputs()).read();
    for (int i = 0; i < rows.length; i++) {
      try {
        table.check(rows[i]);
      } catch (IllegalArgumentException e) {
        throw new SidereusException(
            "file " + file + ", row " + (i + 1) + ": " + e.getMessage() + "; correct the row", e);
      }
    }
    return rows;
  }

  private String summary(SimulationResult[] results) {
    Map<String, Integer> reasons = new TreeMap<>();
    for (SimulationResult result : results) {
      if (result instanceof SimulationResult.Failed failed) {
        reasons.merge(failed.reason().name(), 1, Integer::sum);
      }
    }
    int failures = reasons.values().stream().mapToInt(Integer::intValue).sum();
    return "%d runs, %d failed%s, written to %s"
        .formatted(results.length, failures, failures == 0 ? "" : " " + reasons, out);
  }
}
