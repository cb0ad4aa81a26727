package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatedObjects;
import org.sidereus.trainer.batches.ObjectSource;
import org.sidereus.trainer.batches.SimulatedObjects;
import org.sidereus.trainer.recipe.FlowPhase;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the flow, phase after phase, and measures its log density on held-out simulator runs. Each
 * phase leaves its flow and its record in a folder of its own. The result of a phase depends only
 * on its settings and on the phases before it. So a recipe with one more phase continues where a
 * shorter one ended.
 */
final class FlowStage implements StageWork {
  /** Key of the flow among the settings of the stage. */
  static final String SETTINGS = "flow";

  private static final Logger LOG = LoggerFactory.getLogger(FlowStage.class);
  private static final String TRAINING_SECONDS = "training_seconds";
  private static final String MEAN_LOG_PROB = "mean_log_prob";

  /** Gain of log_prob by twice as many rows above which they are too few. */
  private static final double TOO_FEW = 0.05;

  private final StageContext context;
  private final Map<String, Object> settings;
  private final boolean resume;

  /**
   * The stage.
   *
   * @param settings all that the result of the stage depends on
   * @param resume whether finished phases are left out and an interrupted one goes on
   */
  FlowStage(StageContext context, Map<String, Object> settings, boolean resume) {
    this.context = context;
    this.settings = settings;
    this.resume = resume;
  }

  @Override
  public Map<String, Object> run() {
    FlowSettings flow = context.recipe().flow();
    WorkDirectory work = context.work();
    List<JsonNode> results = new ArrayList<>();
    for (int phase = 1; phase <= flow.phases().size(); phase++) {
      results.add(recorded(phase).run(resume, phaseWork(phase)));
    }
    FlowNetwork.read(work.flowPhase(flow.phases().size())).write(work.root());
    Map<String, Object> summary = summary(results);
    if (context.table().isPresent() && flow.objects() == FlowSettings.Objects.SIMULATOR) {
      double logProb = results.get(results.size() - 1).path(MEAN_LOG_PROB).asDouble();
      summary.put("learning_curve", learningCurve(logProb).json());
    }
    return summary;
  }

  /** How the log density of the truths grows with the rows of a table. */
  private LearningCurve learningCurve(double logProb) {
    FlowSettings flow = context.recipe().flow();
    TrainingSet prior = context.set(context.work().prior());
    TrainingSet validation = context.set(context.work().priorValidation());
    FlowPhase first = flow.phases().get(0);
    LearningCurve curve;
    try (NDManager manager = context.tensors(first.tensorThreads())) {
      curve =
          LearningCurve.measure(
              prior.rows(),
              logProb,
              rows -> {
                TrainingSet some = prior.between(0, rows);
                return new FlowTraining(
                        flow,
                        context.model(),
                        context.streams(),
                        manager,
                        context.machine().reporter())
                    .run(
                        LearningCurve.scaled(first.optimiser(), rows, prior.rows()),
                        Optional.empty(),
                        some,
                        new SimulatedObjects(some, context.streams()),
                        context.observation(),
                        validation,
                        new Checkpoints(null))
                    .logProb();
              });
    }
    LOG.info("flow: mean log_prob of rows that did not train: {}", curve);
    if (curve.nextChange() > TOO_FEW) {
      LOG.warn(
          "flow: {} rows are too few; more simulations make the posteriors narrower and surer",
          prior.rows());
    }
    return curve;
  }

  private RecordedWork recorded(int phase) {
    Path folder = context.work().flowPhase(phase);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new SidereusException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    Map<String, Object> all = new LinkedHashMap<>(settings);
    all.put(SETTINGS, context.recipe().flow().upTo(phase));
    return new RecordedWork(
        label(phase),
        StageRecord.json(all),
        folder.resolve("record.json"),
        folder.resolve("begun.json"),
        new Checkpoints(context.work().flowCheckpoint(phase)));
  }

  private String label(int phase) {
    int phases = context.recipe().flow().phases().size();
    return phases == 1 ? "flow" : "flow, phase " + phase + " of " + phases;
  }

  private StageWork phaseWork(int phase) {
    return () -> {
      WorkDirectory work = context.work();
      TrainingSet prior = context.set(work.prior());
      FlowPhase settingsOfPhase = context.recipe().flow().phases().get(phase - 1);
      try (NDManager manager = context.tensors(settingsOfPhase.tensorThreads())) {
        if (context.recipe().flow().objects() == FlowSettings.Objects.SIMULATOR) {
          return train(phase, new SimulatedObjects(prior, context.streams()), prior, manager);
        }
        work.existing(work.root().resolve("emulator.json"), Stage.EMULATOR);
        try (EmulatedObjects objects =
            new EmulatedObjects(
                EmulatorNetwork.read(work.root()), context.prior(), context.streams(), manager)) {
          return train(phase, objects, prior, manager);
        }
      }
    };
  }

  private Map<String, Object> train(
      int phase, ObjectSource objects, TrainingSet prior, NDManager manager) {
    WorkDirectory work = context.work();
    TrainingSet validation = context.set(work.priorValidation());
    Optional<FlowNetwork> start =
        phase == 1 ? Optional.empty() : Optional.of(FlowNetwork.read(work.flowPhase(phase - 1)));
    FlowTraining.Result result =
        new FlowTraining(
                context.recipe().flow(),
                context.model(),
                context.streams(),
                manager,
                context.machine().reporter())
            .run(
                context.recipe().flow().phases().get(phase - 1).optimiser(),
                start,
                prior,
                objects,
                context.observation(),
                validation,
                new Checkpoints(work.flowCheckpoint(phase)));
    result.network().write(work.flowPhase(phase));
    long weights = result.network().weights().parameterCount();
    LOG.info(
        "{}",
        String.format(
            Locale.ROOT,
            "%s: %d weights, mean log_prob %.4f (%.4f where all is measured with the default"
                + " error) over %d held-out simulator runs",
            label(phase),
            weights,
            result.logProb(),
            result.completeLogProb(),
            validation.rows()));
    return Map.of(
        MEAN_LOG_PROB,
        result.logProb(),
        "mean_log_prob_complete",
        result.completeLogProb(),
        "validation_loss",
        result.trained().validationLoss(),
        "best_step",
        result.trained().bestStep(),
        TRAINING_SECONDS,
        result.trained().seconds(),
        "weights",
        weights);
  }

  /** What the last phase measured; where there are several, also what each of them did. */
  private static Map<String, Object> summary(List<JsonNode> results) {
    ObjectNode last = results.get(results.size() - 1).deepCopy();
    last.remove("seconds");
    Map<String, Object> summary = new LinkedHashMap<>(StageRecord.map(last));
    if (results.size() > 1) {
      summary.put(
          TRAINING_SECONDS,
          results.stream().mapToDouble(one -> one.path(TRAINING_SECONDS).asDouble()).sum());
      summary.put("phases", results);
    }
    return summary;
  }
}
