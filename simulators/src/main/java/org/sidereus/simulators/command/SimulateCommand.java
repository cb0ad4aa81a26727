package org.sidereus.simulators.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParallelRuns;
import org.sidereus.simulators.run.ParameterFile;
import org.sidereus.simulators.run.PriorDraws;
import org.sidereus.simulators.run.SimulationFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
final class SimulateCommand implements Callable<Integer> {
  private final ScienceCase science;

  @ArgGroup(multiplicity = "1")
  private Input input;

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
          "CSV file to write: the parameters, the observables, and void_reason, which is empty"
              + " where the run has observables.")
  private Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of threads (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec command;

  /** Where the parameters come from. */
  private static final class Input {
    @Option(
        names = "--in",
        required = true,
        paramLabel = "FILE",
        description =
            "CSV file with a column for each parameter and covariate of the model; others are"
                + " ignored.")
    private Path file;

    @Option(
        names = "--draw",
        required = true,
        paramLabel = "N",
        description = "Draw N objects from the prior.")
    private int draws;
  }

  SimulateCommand(ScienceCase science) {
    this.science = science;
  }

  @Override
  public Integer call() {
    requirePositive("--threads", threads);
    if (input.file == null) {
      requirePositive("--draw", input.draws);
    }
    ForwardModel model = science.model();
    List<String> names =
        Stream.concat(
                model.parameters().stream().map(Parameter::name),
                model.covariates().stream().map(Covariate::name))
            .toList();
    double[][] thetas =
        input.file != null
            ? new ParameterFile(input.file, names).read()
            : new PriorDraws(model, seed).next(input.draws);
    SimulationResult[] outcomes;
    try (Progress progress = TerminalProgress.of("simulating", thetas.length)) {
      outcomes = new ParallelRuns(model, threads).run(thetas, progress);
    }
    List<String> observables = model.observables().stream().map(Observable::name).toList();
    new SimulationFile(out, names, observables).write(thetas, outcomes);
    command.commandLine().getOut().println(summary(outcomes));
    return 0;
  }

  private String summary(SimulationResult[] outcomes) {
    Map<String, Integer> voids = new TreeMap<>();
    for (SimulationResult outcome : outcomes) {
      if (outcome instanceof SimulationResult.Void none) {
        voids.merge(none.reason().name(), 1, Integer::sum);
      }
    }
    int voidRuns = voids.values().stream().mapToInt(Integer::intValue).sum();
    String reasons = voids.isEmpty() ? "" : " " + voids;
    return outcomes.length + " runs, " + voidRuns + " void" + reasons + ", written to " + out;
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), option + " must be at least 1 but is " + value);
    }
  }
}
