package org.sidereus.trainer.command;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.pipeline.BundleTarget;
import org.sidereus.trainer.pipeline.Machine;
import org.sidereus.trainer.pipeline.Stage;
import org.sidereus.trainer.pipeline.StageContext;
import org.sidereus.trainer.pipeline.TrainingPipeline;
import org.sidereus.trainer.pipeline.TrainingPlan;
import org.sidereus.trainer.pipeline.WorkDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus train NAME}: from a simulator to a bundle. */
@Command(
    description =
        "Trains a bundle: simulate, emulator, flow, export, validate. Each stage leaves its result"
            + " in the work folder and can be run alone.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  private final ScienceCase science;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Of the bundle.")
  private String name;

  @Option(names = "--seed", required = true, paramLabel = "S", description = "Seed of all draws.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the bundle (default: bundles/NAME).")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for the results of the stages (default: work/NAME).")
  private Path work;

  @Option(
      names = "--stage",
      split = ",",
      paramLabel = "STAGE",
      description = "Only these stages: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Stage> stages;

  @Option(
      names = "--resume",
      description =
          "Leave out stages that are finished with the same settings and continue an interrupted"
              + " one from its checkpoint.")
  private boolean resume;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Where to train: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private DeviceChoice device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the simulator (default: all cores). Results do not depend on it.")
  private Integer threads;

  @Option(
      names = "--tensor-threads",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Threads of the training (default: ${DEFAULT-VALUE}). A training is repeated bit for bit"
              + " only with the same number.")
  private int tensorThreads;

  @Option(
      names = "--flow-tensor-threads",
      paramLabel = "N",
      description =
          "The same for the flow (default: --tensor-threads). Another number than for the emulator"
              + " needs a run of its own, with --stage.")
  private Integer flowTensorThreads;

  @Mixin private PlanOptions options;

  TrainCommand(ScienceCase science) {
    this.science = science;
  }

  @Option(
      names = "--bundle-version",
      paramLabel = "VERSION",
      defaultValue = "1",
      description = "Version of the bundle (default: ${DEFAULT-VALUE}).")
  private String bundleVersion;

  @Option(
      names = "--samples",
      paramLabel = "S",
      defaultValue = "1024",
      description =
          "Posterior samples that the bundle draws for each object (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ForwardModel model = science.model();
    TrainingPlan plan =
        new TrainingPlan(
            name,
            seed,
            tensorThreads,
            flowTensorThreads == null ? tensorThreads : flowTensorThreads,
            options.simulation(),
            options.emulator(),
            options.flow());
    StageContext context =
        new StageContext(
            model,
            science.provenance(),
            error -> science.anySurvey(model, error),
            plan,
            WorkDirectory.at(work == null ? Path.of("work", name) : work),
            new Machine(
                threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                device,
                TerminalProgress::of));
    BundleTarget target =
        new BundleTarget(
            out == null ? Path.of("bundles", name) : out,
            bundleVersion,
            science.description(),
            samples,
            "sidereus "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()),
            new CodeVersion(Path.of(System.getProperty("sidereus.home", "."))).describe());
    Set<Stage> chosen = stages == null ? EnumSet.allOf(Stage.class) : EnumSet.copyOf(stages);
    new TrainingPipeline(context, target).run(chosen, resume);
    return 0;
  }
}
