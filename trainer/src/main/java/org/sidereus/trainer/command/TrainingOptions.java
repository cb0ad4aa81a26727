package org.sidereus.trainer.command;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.cli.ThreadsOption;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.pipeline.BundleTarget;
import org.sidereus.trainer.pipeline.Machine;
import org.sidereus.trainer.pipeline.Stage;
import org.sidereus.trainer.pipeline.StageContext;
import org.sidereus.trainer.pipeline.TrainingPipeline;
import org.sidereus.trainer.pipeline.WorkDirectory;
import org.sidereus.trainer.recipe.Recipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command {@code train} has besides those of its recipe. */
final class TrainingOptions {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingOptions.class);

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

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Where the results of the stages lie. */
  WorkDirectory work(Recipe recipe) {
    return WorkDirectory.at(work == null ? Path.of("work", recipe.name()) : work);
  }

  /** Where the work is done. */
  Machine machine() {
    return new Machine(threads.count(), device, TerminalProgress::of);
  }

  /**
   * Runs the stages.
   *
   * @param description one sentence about the bundle
   */
  void run(StageContext context, String description) {
    Recipe recipe = context.recipe();
    BundleTarget target =
        new BundleTarget(
            out == null ? Path.of("bundles", recipe.name()) : out,
            description,
            "sidereus "
                + String.join(" ", command.root().commandLine().getParseResult().originalArgs()),
            codeVersion());
    Set<Stage> chosen = stages == null ? EnumSet.allOf(Stage.class) : EnumSet.copyOf(stages);
    new TrainingPipeline(context, target).run(chosen, resume);
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
      return String.join(" ", command.root().versionProvider().getVersion());
    } catch (Exception e) {
      throw new IllegalStateException("the program does not know its version", e);
    }
  }
}
