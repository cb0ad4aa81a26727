package org.sidereus.trainer.pipeline;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.training.Checkpoints;

/**
 * The stages of a training. Each reads the files of the stages before it and leaves its own, so any
 * of them can be run alone and an interrupted one can be resumed.
 */
public final class TrainingPipeline {
  private final StageContext context;
  private final BundleTarget target;

  /**
   * A pipeline.
   *
   * @param context settings and folders
   * @param target the bundle in the end
   */
  public TrainingPipeline(StageContext context, BundleTarget target) {
    this.context = context;
    this.target = target;
  }

  /**
   * Runs stages in their order.
   *
   * @param stages which
   * @param resume whether a stage that is finished with the same settings is left out and an
   *     interrupted training is continued; otherwise they start over
   * @throws SidereusException where a stage fails for a reason that the user can remove. An
   *     existing bundle is one; it is reported before the first stage
   */
  public void run(Set<Stage> stages, boolean resume) {
    if (stages.contains(Stage.EXPORT)
        && Files.exists(target.folder())
        && !(resume && isFinished(Stage.EXPORT))) {
      throw new SidereusException(
          target.folder() + " exists already; remove it or name another folder with --out");
    }
    for (Stage stage : Stage.values()) {
      if (stages.contains(stage) && (stage != Stage.EMULATOR || context.hasEmulator())) {
        needed(stage).forEach(earlier -> requireFinished(earlier, stage));
        recorded(stage).run(resume, work(stage, resume));
      }
    }
  }

  /** The stages whose results a stage reads. */
  private List<Stage> needed(Stage stage) {
    return switch (stage) {
      case SIMULATE -> List.of();
      case EMULATOR -> List.of(Stage.SIMULATE);
      case FLOW ->
          usesEmulator() ? List.of(Stage.SIMULATE, Stage.EMULATOR) : List.of(Stage.SIMULATE);
      case EXPORT ->
          context.hasEmulator()
              ? List.of(Stage.SIMULATE, Stage.EMULATOR, Stage.FLOW)
              : List.of(Stage.SIMULATE, Stage.FLOW);
      case VALIDATE -> List.of(Stage.EXPORT);
    };
  }

  private boolean usesEmulator() {
    return context.recipe().flow().objects() == FlowSettings.Objects.EMULATOR;
  }

  /** What a bundle says of its origin must be true, so results of other settings are refused. */
  private void requireFinished(Stage earlier, Stage stage) {
    if (!isFinished(earlier)) {
      throw new SidereusException(
          "stage %s needs %s, which was not finished with the same settings in %s; run %s first"
              .formatted(stage.label(), earlier.label(), context.work().root(), earlier.label()));
    }
  }

  private boolean isFinished(Stage stage) {
    return recorded(stage).finished().isPresent();
  }

  private RecordedWork recorded(Stage stage) {
    return new RecordedWork(
        stage.label(),
        StageRecord.json(settings(stage)),
        context.work().record(stage),
        context.work().begun(stage),
        checkpoints(stage));
  }

  private StageWork work(Stage stage, boolean resume) {
    return switch (stage) {
      case SIMULATE ->
          context.table().isPresent()
              ? new TableStage(context, context.table().get())
              : new SimulateStage(context);
      case EMULATOR -> new EmulatorStage(context, checkpoints(stage));
      case FLOW -> new FlowStage(context, settings(stage), resume);
      case EXPORT -> new ExportStage(context, target);
      case VALIDATE -> new ValidateStage(context, target);
    };
  }

  /** All that the result of a stage depends on. */
  private Map<String, Object> settings(Stage stage) {
    Recipe recipe = context.recipe();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", context.model().name());
    settings.put("model_provenance", context.modelProvenance());
    settings.put("seed", recipe.seed());
    settings.put("simulation", recipe.simulation());
    if (stage == Stage.EMULATOR || (stage == Stage.FLOW && usesEmulator()) || isAfterFlow(stage)) {
      settings.put("emulator", recipe.emulator());
    }
    if (stage == Stage.FLOW || isAfterFlow(stage)) {
      settings.put(FlowStage.SETTINGS, recipe.flow());
    }
    if (isAfterFlow(stage)) {
      settings.put("bundle", recipe.name());
      settings.put("export", recipe.export());
    }
    if (stage == Stage.VALIDATE) {
      settings.put("validate", recipe.validate());
    }
    return settings;
  }

  private static boolean isAfterFlow(Stage stage) {
    return stage.compareTo(Stage.FLOW) > 0;
  }

  /** The checkpoints of a stage that is trained as a whole; the flow has one for each phase. */
  private Checkpoints checkpoints(Stage stage) {
    return new Checkpoints(stage == Stage.EMULATOR ? context.work().emulatorCheckpoint() : null);
  }
}
