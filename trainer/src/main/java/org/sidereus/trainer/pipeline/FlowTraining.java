package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.FlowBatches;
import org.sidereus.trainer.batches.ObjectSource;
import org.sidereus.trainer.network.FeatureWhitening;
import org.sidereus.trainer.network.FlowDensity;
import org.sidereus.trainer.network.InitialWeights;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.recipe.OptimiserSettings;
import org.sidereus.trainer.training.Checkpoints;
import org.sidereus.trainer.training.HeldOut;
import org.sidereus.trainer.training.Objective;
import org.sidereus.trainer.training.Trained;
import org.sidereus.trainer.training.TrainingLoop;

/**
 * Trains a flow to be the posterior of all objects at once: the mean negative log density of the
 * true parameters given the features is made small (Papamakarios and Murray 2016, equation 4 with
 * the prior as proposal).
 */
public final class FlowTraining {
  private final FlowSettings settings;
  private final ForwardModel model;
  private final RandomStreams streams;
  private final NDManager manager;
  private final ProgressReporter reporter;

  /**
   * A training.
   *
   * @param settings the flow; its phases are not read
   * @param manager of the device on which to train
   */
  public FlowTraining(
      FlowSettings settings,
      ForwardModel model,
      RandomStreams streams,
      NDManager manager,
      ProgressReporter reporter) {
    this.settings = settings;
    this.model = model;
    this.streams = streams;
    this.manager = manager;
    this.reporter = reporter;
  }

  /**
   * A flow and how its training ended.
   *
   * @param network the flow
   * @param trained the end of the training; losses are for scaled parameters
   * @param logProb mean log density of the true parameters, physical units, over the held-out set
   * @param completeLogProb the same where everything is measured with the default error
   */
  public record Result(
      FlowNetwork network, Trained trained, double logProb, double completeLogProb) {}

  /**
   * Trains one phase.
   *
   * @param optimiser how
   * @param earlier the flow that the phase before left; empty: random weights
   * @param draws simulator runs drawn from the prior, for the scaling
   * @param objects what to train on
   * @param observation how objects are observed
   * @param validation held-out simulator runs drawn from the prior
   * @throws SidereusException if the earlier flow has another architecture
   */
  public Result run(
      OptimiserSettings optimiser,
      Optional<FlowNetwork> earlier,
      TrainingSet draws,
      ObjectSource objects,
      ObservationModel observation,
      TrainingSet validation,
      Checkpoints checkpoints) {
    FlowNetwork start = start(earlier, draws, observation);
    FlowSpec spec = start.spec();
    FeatureWhitening whitening =
        FeatureWhitening.of(
            Scaling.features(spec, observation, draws, streams.at("flow whitening", 0)));
    try (FlowDensity density = new FlowDensity(spec, whitening, manager)) {
      Objective surprise =
          (weights, z, features) -> density.logDensity(weights, z, features).mean().neg();
      HeldOut heldOut = heldOut(spec, surprise, observation, validation);
      HeldOut complete = heldOut(spec, surprise, observation.complete(), validation);
      double logDerivative =
          FlowBatches.meanLogDerivative(
              spec,
              validation.rows(),
              FlowBatches.parameters(spec, validation.parameters(), validation.parameterCount()));
      // random weights are drawn for whitened features, so that all of these count alike
      float[] initial =
          density
              .layout()
              .vector(
                  earlier.isEmpty() ? start.weights() : whitening.trainable(spec, start.weights()));
      Trained trained =
          new TrainingLoop("flow", optimiser.loop(), manager, reporter)
              .run(
                  initial,
                  surprise,
                  new FlowBatches(
                      spec,
                      optimiser.sizes(),
                      objects,
                      validation.parameterCount(),
                      validation.observableCount(),
                      observation,
                      streams),
                  heldOut,
                  checkpoints);
      FlowNetwork network =
          new FlowNetwork(
              spec, whitening.exported(spec, density.layout().weights(trained.weights())));
      return new Result(
          network,
          trained,
          logDerivative - trained.validationLoss(),
          logDerivative - loss(complete, trained.weights()));
    }
  }

  /** A flow with random weights, or an earlier one, which keeps the scaling it was trained with. */
  private FlowNetwork start(
      Optional<FlowNetwork> earlier, TrainingSet draws, ObservationModel observation) {
    FlowSpec spec =
        settings
            .architecture()
            .spec(
                Scaling.ofPriors(model.parameters(), draws),
                model.parameters().stream().map(Parameter::role).toList(),
                Scaling.ofFeatures(model, observation, draws, streams.at("flow scaling", 0)),
                streams.seedOf("flow orders", 0));
    if (earlier.isEmpty()) {
      return new FlowNetwork(spec, new InitialWeights(streams.at("flow weights", 0)).flow(spec));
    }
    FlowSpec before = earlier.get().spec();
    if (!before.tensorShapes().equals(spec.tensorShapes())
        || !before.transforms().equals(spec.transforms())) {
      throw new SidereusException(
          "the flow of the phase before cannot be trained further: it has another architecture or"
              + " another seed");
    }
    return earlier.get();
  }

  private double loss(HeldOut heldOut, float[] weights) {
    try (NDManager own = manager.newSubManager()) {
      return heldOut.loss(own.create(weights));
    }
  }

  private HeldOut heldOut(
      FlowSpec spec, Objective surprise, ObservationModel observation, TrainingSet validation) {
    float[] parameters =
        FlowBatches.parameters(spec, validation.parameters(), validation.parameterCount());
    float[] features = new float[validation.rows() * spec.features()];
    for (int row = 0; row < validation.rows(); row++) {
      observation.observe(
          validation.parameters(),
          row * validation.parameterCount(),
          validation.observables(),
          row * validation.observableCount(),
          streams.at("flow validation noise", row),
          features,
          row * spec.features());
    }
    FlowBatches.scale(spec, validation.rows(), parameters, features);
    return new HeldOut(surprise, parameters, features, validation.rows());
  }
}
