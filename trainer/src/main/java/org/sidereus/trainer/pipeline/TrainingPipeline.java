package org.sidereus.trainer.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of a training. Each reads the files of the stages before it and leaves its own, so any
 * of them can be run alone and an interrupted one can be resumed.
 */
public final class TrainingPipeline {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPipeline.class);

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
   * @throws SidereusException where a stage fails for a reason that the user can mend; an existing
   *     bundle is one, and is reported before the first stage
   */
  public void run(Set<Stage> stages, boolean resume) {
    if (stages.contains(Stage.EXPORT)
        && Files.exists(target.folder())
        && !(resume && isFinished(Stage.EXPORT))) {
      throw new SidereusException(
          target.folder() + " exists already; remove it or name another folder with --out");
    }
    for (Stage stage : Stage.values()) {
      if (!stages.contains(stage)) {
        continue;
      }
      needed(stage).forEach(earlier -> requireFinished(earlier, stage));
      if (resume && isFinished(stage)) {
        LOG.info("{}: finished before with the same settings", stage.label());
      } else {
        run(stage, resume);
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
      case EXPORT -> List.of(Stage.SIMULATE, Stage.EMULATOR, Stage.FLOW);
      case VALIDATE -> List.of(Stage.EXPORT);
    };
  }

  private boolean usesEmulator() {
    return context.plan().flow().objects() == FlowSettings.Objects.EMULATOR;
  }

  /** What a bundle says of its origin must be true, so results of other settings are refused. */
  private void requireFinished(Stage earlier, Stage stage) {
    if (!isFinished(earlier)) {
      throw new SidereusException(
          "stage %s needs %s, which was not finished with the same options in %s; run %s first"
              .formatted(stage.label(), earlier.label(), context.work().root(), earlier.label()));
    }
  }

  private boolean isFinished(Stage stage) {
    StageRecord finished = StageRecord.read(context.work().record(stage));
    return finished != null && finished.settings().equals(settings(stage));
  }

  private void run(Stage stage, boolean resume) {
    JsonNode settings = settings(stage);
    StageRecord begun = StageRecord.read(context.work().begun(stage));
    if (!(resume && begun != null && begun.settings().equals(settings))) {
      checkpoints(stage).clear();
    }
    remove(context.work().record(stage));
    new StageRecord(settings, StageRecord.json(Map.of())).write(context.work().begun(stage));
    long start = System.nanoTime();
    Map<String, Object> results = new LinkedHashMap<>(work(stage).run());
    double seconds = (System.nanoTime() - start) * 1e-9;
    results.put("seconds", seconds);
    new StageRecord(settings, StageRecord.json(results)).write(context.work().record(stage));
    remove(context.work().begun(stage));
    checkpoints(stage).clear();
    LOG.info("{}: done in {} s", stage.label(), String.format(Locale.ROOT, "%.1f", seconds));
  }

  private StageWork work(Stage stage) {
    return switch (stage) {
      case SIMULATE -> new SimulateStage(context);
      case EMULATOR -> new EmulatorStage(context, checkpoints(stage));
      case FLOW -> new FlowStage(context, checkpoints(stage));
      case EXPORT -> new ExportStage(context, target);
      case VALIDATE -> new ValidateStage(context, target);
    };
  }

  /** All that the result of a stage depends on. */
  private JsonNode settings(Stage stage) {
    TrainingPlan plan = context.plan();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", context.model().name());
    settings.put("model_provenance", context.modelProvenance());
    settings.put("seed", plan.seed());
    settings.put("simulation", plan.simulation());
    if (stage == Stage.FLOW) {
      settings.put("tensor_threads", plan.flowTensorThreads());
    } else if (stage != Stage.SIMULATE) {
      settings.put("tensor_threads", plan.tensorThreads());
    }
    if (stage == Stage.EMULATOR || stage == Stage.FLOW && usesEmulator() || isAfterFlow(stage)) {
      settings.put("emulator", plan.emulator());
    }
    if (stage == Stage.FLOW || isAfterFlow(stage)) {
      settings.put("flow", plan.flow());
    }
    if (isAfterFlow(stage)) {
      settings.put("flow_tensor_threads", plan.flowTensorThreads());
      settings.put("bundle", plan.name());
      settings.put("version", target.version());
      settings.put("samples", target.samples());
    }
    return StageRecord.json(settings);
  }

  private static boolean isAfterFlow(Stage stage) {
    return stage.compareTo(Stage.FLOW) > 0;
  }

  private Checkpoints checkpoints(Stage stage) {
    return new Checkpoints(
        switch (stage) {
          case EMULATOR -> context.work().emulatorCheckpoint();
          case FLOW -> context.work().flowCheckpoint();
          default -> null;
        });
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new SidereusException("cannot remove " + file + ": " + e.getMessage(), e);
    }
  }
}
