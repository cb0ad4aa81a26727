package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
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
   * Trains.
   *
   * @param draws simulator runs drawn from the prior, for the scaling
   * @param objects what to train on
   * @param observation how objects are observed
   * @param validation held-out simulator runs drawn from the prior
   */
  public Result run(
      TrainingSet draws,
      ObjectSource objects,
      ObservationModel observation,
      TrainingSet validation,
      Checkpoints checkpoints) {
    FlowNetwork start = start(draws, observation);
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
                  settings.start() == null
                      ? start.weights()
                      : whitening.trainable(spec, start.weights()));
      Trained trained =
          new TrainingLoop("flow", settings.optimiser().loop(), manager, reporter)
              .run(
                  initial,
                  surprise,
                  new FlowBatches(
                      spec,
                      settings.optimiser().sizes(),
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
  private FlowNetwork start(TrainingSet draws, ObservationModel observation) {
    FlowSpec spec =
        settings
            .architecture()
            .spec(
                Scaling.ofPriors(model.parameters(), draws),
                model.parameters().stream().map(Parameter::role).toList(),
                Scaling.ofFeatures(model, observation, draws, streams.at("flow scaling", 0)),
                streams.seedOf("flow orders", 0));
    if (settings.start() == null) {
      return new FlowNetwork(spec, new InitialWeights(streams.at("flow weights", 0)).flow(spec));
    }
    FlowNetwork earlier = FlowNetwork.read(Path.of(settings.start()));
    if (!earlier.spec().tensorShapes().equals(spec.tensorShapes())
        || !earlier.spec().transforms().equals(spec.transforms())) {
      throw new SidereusException(
          "the flow in "
              + settings.start()
              + " cannot be trained further: it has another architecture or another seed");
    }
    return earlier;
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
