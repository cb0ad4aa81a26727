package org.sidereus.trainer.gce;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.sidereus.command.Progress;
import org.sidereus.model.bundle.Observable;
import org.sidereus.model.bundle.Parameter;
import org.sidereus.trainer.Outcome;
import org.sidereus.trainer.ParallelRuns;
import org.sidereus.trainer.ParameterFile;
import org.sidereus.trainer.PriorDraws;
import org.sidereus.trainer.SimulationFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus simulate gce}: noiseless abundances of stars. */
@Command(
    name = "gce",
    description =
        "Noiseless abundances of stars from a one-zone model of chemical evolution. Reads the"
            + " parameters from a CSV file, or draws them from the prior.",
    mixinStandardHelpOptions = true)
final class SimulateGceCommand implements Callable<Integer> {
  @Mixin private GceOptions options;

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
          "CSV file to write: 6 parameters, 8 abundances (dex), and void_reason, which is empty"
              + " where the run has abundances.")
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
            "CSV file with the columns alpha_IMF, log10_N_Ia, log10_SFE, log10_SFR_peak, x_out,"
                + " T_birth_Gyr; others are ignored.")
    private Path file;

    @Option(
        names = "--draw",
        required = true,
        paramLabel = "N",
        description = "Draw N stars from the prior; birth times between 2 and 12.8 Gyr.")
    private int draws;
  }

  @Override
  public Integer call() {
    requirePositive("--threads", threads);
    if (input.file == null) {
      requirePositive("--draw", input.draws);
    }
    GceModel model = options.model();
    List<String> names = model.parameters().stream().map(Parameter::name).toList();
    double[][] thetas =
        input.file != null
            ? new ParameterFile(input.file, names).read()
            : new PriorDraws(model, seed).next(input.draws);
    Outcome[] outcomes;
    try (Progress progress = Progress.of("simulating", thetas.length)) {
      outcomes = new ParallelRuns(model, threads).run(thetas, progress);
    }
    List<String> abundances = model.observables().stream().map(Observable::name).toList();
    new SimulationFile(out, names, abundances).write(thetas, outcomes);
    command.commandLine().getOut().println(summary(outcomes));
    return 0;
  }

  private String summary(Outcome[] outcomes) {
    Map<String, Integer> voids = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Void none) {
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
