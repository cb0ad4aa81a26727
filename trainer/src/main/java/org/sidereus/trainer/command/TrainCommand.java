package org.sidereus.trainer.command;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.cli.ThreadsOption;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.command.CaseOptions;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.pipeline.BundleTarget;
import org.sidereus.trainer.pipeline.Machine;
import org.sidereus.trainer.pipeline.Stage;
import org.sidereus.trainer.pipeline.StageContext;
import org.sidereus.trainer.pipeline.TrainingPipeline;
import org.sidereus.trainer.pipeline.WorkDirectory;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.recipe.RecipeDraft;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus train NAME}: from a simulator to a bundle. */
@Command(
    description =
        "Trains a bundle: simulate, emulator, flow, export, validate. Each stage leaves its result"
            + " in the work folder and can be run alone. A recipe has all settings.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

  private final ScienceCase science;

  @Mixin private RecipeOptions options;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the bundle (default: bundles/NAME).")
  private @Nullable Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for the results of the stages (default: work/NAME).")
  private @Nullable Path work;

  @Option(
      names = "--stage",
      split = ",",
      paramLabel = "STAGE",
      description = "Only these stages: ${COMPLETION-CANDIDATES} (default: all).")
  private @Nullable List<Stage> stages;

  @Option(
      names = "--resume",
      description =
          "Leave out stages and phases that are finished with the same settings, and continue an"
              + " interrupted one from its checkpoint.")
  private boolean resume;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Where to train: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private DeviceChoice device;

  /** Of the simulator. */
  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Spec private CommandSpec spec;

  TrainCommand(ScienceCase science) {
    this.science = science;
  }

  @Override
  public Integer call() {
    RecipeDraft draft = options.draft(science.name());
    new CaseSettings(spec.mixins().get(CaseOptions.MIXIN))
        .join(draft, spec.commandLine().getParseResult());
    Recipe recipe = draft.recipe();
    ForwardModel model = science.model();
    StageContext context =
        new StageContext(
            model,
            science.provenance(),
            error -> science.anySurvey(model, error),
            recipe,
            WorkDirectory.at(work == null ? Path.of("work", recipe.name()) : work),
            new Machine(threads.count(), device, TerminalProgress::of));
    BundleTarget target =
        new BundleTarget(
            out == null ? Path.of("bundles", recipe.name()) : out,
            science.description(),
            "sidereus "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()),
            codeVersion());
    Set<Stage> chosen = stages == null ? EnumSet.allOf(Stage.class) : EnumSet.copyOf(stages);
    new TrainingPipeline(context, target).run(chosen, resume);
    return 0;
  }

  /** The code version: of the checkout, or of the program if it does not run from a checkout. */
  private String codeVersion() {
    String version =
        new CodeVersion(Path.of(System.getProperty(BundleLocator.HOME, ".")))
            .describe()
            .orElseGet(this::programVersion);
    if (version.endsWith(CodeVersion.DIRTY)) {
      LOG.warn(
          "the checkout has changes that are not committed: the code version of the bundle will be"
              + " {}, and nobody can find its code. Commit first if you want to publish the bundle",
          version);
    }
    return version;
  }

  private String programVersion() {
    try {
      return String.join(" ", spec.root().versionProvider().getVersion());
    } catch (Exception e) {
      throw new IllegalStateException("the program does not know its version", e);
    }
  }
}
