package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatorBatches;
import org.sidereus.trainer.network.EmulatorFunction;
import org.sidereus.trainer.network.InitialWeights;
import org.sidereus.trainer.recipe.EmulatorSettings;
import org.sidereus.trainer.training.Checkpoints;
import org.sidereus.trainer.training.HeldOut;
import org.sidereus.trainer.training.Objective;
import org.sidereus.trainer.training.Trained;
import org.sidereus.trainer.training.TrainingLoop;

/** Trains an emulator: the mean squared error of its standardised outputs is made small. */
public final class EmulatorTraining {
  private final EmulatorSettings settings;
  private final ForwardModel model;
  private final KnownEffects known;
  private final RandomStreams streams;
  private final NDManager manager;
  private final ProgressReporter reporter;

  /**
   * A training.
   *
   * @param model what is emulated
   * @param manager of the device on which to train
   */
  public EmulatorTraining(
      EmulatorSettings settings,
      ForwardModel model,
      RandomStreams streams,
      NDManager manager,
      ProgressReporter reporter) {
    this.settings = settings;
    this.model = model;
    this.known = new KnownEffects(model.linearEffects());
    this.streams = streams;
    this.manager = manager;
    this.reporter = reporter;
  }

  /** An emulator and how its training ended. */
  public record Result(EmulatorNetwork network, Trained trained) {}

  /**
   * Trains.
   *
   * @param wideRuns runs spread over more than the prior
   * @param priorRuns runs drawn from the prior
   * @param validationRuns held-out runs drawn from the prior
   */
  public Result run(
      TrainingSet wideRuns,
      TrainingSet priorRuns,
      TrainingSet validationRuns,
      Checkpoints checkpoints) {
    TrainingSet wide = learned(wideRuns);
    TrainingSet prior = learned(priorRuns);
    TrainingSet validation = learned(validationRuns);
    EmulatorSpec spec =
        new EmulatorSpec(
            known.scaling(wide),
            settings.hidden(),
            settings.activation(),
            Scaling.columns(
                settings.priorShare() > 0 ? prior.observables() : wide.observables(),
                wide.observableCount()),
            false);
    EmulatorFunction function = new EmulatorFunction(spec);
    Objective squaredError =
        (weights, scaled, outputs) ->
            function.outputs(weights, scaled).sub(outputs).square().mean();
    float[][] heldOut = EmulatorBatches.scaled(spec, validation);
    float[] initial =
        function
            .layout()
            .vector(new InitialWeights(streams.at("emulator weights", 0)).emulator(spec));
    Trained trained =
        new TrainingLoop("emulator", settings.optimiser().loop(), manager, reporter)
            .run(
                initial,
                squaredError,
                new EmulatorBatches(
                    spec,
                    settings.optimiser().sizes(),
                    wide,
                    prior,
                    settings.priorShare(),
                    streams),
                new HeldOut(squaredError, heldOut[0], heldOut[1], validation.rows()),
                checkpoints);
    EmulatorNetwork network =
        new EmulatorNetwork(spec, function.layout().weights(trained.weights()));
    return new Result(predicting(known.added(network)), trained);
  }

  /** The parts in place of the observables, without what is known. */
  private TrainingSet learned(TrainingSet runs) {
    boolean parts = !model.parts().names().isEmpty();
    return known.removed(runs.observablesFrom(parts ? model.observables().size() : 0));
  }

  /** The emulator with the formulas of the observables. */
  private EmulatorNetwork predicting(EmulatorNetwork network) {
    EmulatorSpec spec = network.spec();
    return new EmulatorNetwork(
        new EmulatorSpec(
            spec.parameterScaling(),
            spec.hidden(),
            spec.activation(),
            spec.outputScaling(),
            spec.skip(),
            model.parts().observables()),
        network.weights());
  }

  /**
   * The same emulator with a constant added to each output.
   *
   * @param shifts what to add [M], physical units
   */
  public static EmulatorNetwork shifted(EmulatorNetwork network, double[] shifts) {
    EmulatorSpec spec = network.spec();
    List<Standardisation> scaling = new ArrayList<>();
    for (int i = 0; i < shifts.length; i++) {
      Standardisation before = spec.outputScaling().get(i);
      scaling.add(new Standardisation(before.shift() + shifts[i], before.scale()));
    }
    return new EmulatorNetwork(
        new EmulatorSpec(
            spec.parameterScaling(), spec.hidden(), spec.activation(), scaling, spec.skip()),
        network.weights());
  }
}
