package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.Locale;
import java.util.Map;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatedObjects;
import org.sidereus.trainer.batches.ObjectSource;
import org.sidereus.trainer.batches.SimulatedObjects;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the flow and measures its log density on held-out simulator runs. */
final class FlowStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(FlowStage.class);

  private final StageContext context;
  private final Checkpoints checkpoints;

  FlowStage(StageContext context, Checkpoints checkpoints) {
    this.context = context;
    this.checkpoints = checkpoints;
  }

  @Override
  public Map<String, Object> run() {
    WorkDirectory work = context.work();
    TrainingSet prior = context.set(work.prior());
    try (NDManager manager = context.tensors(context.plan().flowTensorThreads())) {
      if (context.plan().flow().objects() == FlowSettings.Objects.SIMULATOR) {
        return train(new SimulatedObjects(prior, context.streams()), prior, manager);
      }
      work.existing(work.root().resolve("emulator.json"), Stage.EMULATOR);
      try (EmulatedObjects objects =
          new EmulatedObjects(
              EmulatorNetwork.read(work.root()), context.prior(), context.streams(), manager)) {
        return train(objects, prior, manager);
      }
    }
  }

  private Map<String, Object> train(ObjectSource objects, TrainingSet prior, NDManager manager) {
    TrainingSet validation = context.set(context.work().priorValidation());
    FlowTraining.Result result =
        new FlowTraining(
                context.plan().flow(),
                context.model(),
                context.streams(),
                manager,
                context.machine().reporter())
            .run(prior, objects, context.observation(), validation, checkpoints);
    result.network().write(context.work().root());
    long weights = result.network().weights().parameterCount();
    LOG.info(
        "{}",
        String.format(
            Locale.ROOT,
            "flow: %d weights, mean log_prob %.4f (%.4f where all is measured with the default"
                + " error) over %d held-out simulator runs",
            weights,
            result.logProb(),
            result.completeLogProb(),
            validation.rows()));
    return Map.of(
        "mean_log_prob", result.logProb(),
        "mean_log_prob_complete", result.completeLogProb(),
        "validation_loss", result.trained().validationLoss(),
        "best_step", result.trained().bestStep(),
        "training_seconds", result.trained().seconds(),
        "weights", weights);
  }
}
