package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.exporter.network.EmulatorNetwork;
import org.sidereus.exporter.network.EmulatorSpec;
import org.sidereus.exporter.network.Standardisation;
import org.sidereus.trainer.RandomStreams;
import org.sidereus.trainer.data.EmulatorBatches;
import org.sidereus.trainer.data.TrainingSet;
import org.sidereus.trainer.network.EmulatorFunction;
import org.sidereus.trainer.network.InitialWeights;
import org.sidereus.trainer.training.Checkpoints;
import org.sidereus.trainer.training.HeldOut;
import org.sidereus.trainer.training.Objective;
import org.sidereus.trainer.training.Trained;
import org.sidereus.trainer.training.TrainingLoop;

/** Trains an emulator: the mean squared error of its standardised outputs is made small. */
public final class EmulatorTraining {
  private final EmulatorSettings settings;
  private final RandomStreams streams;
  private final NDManager manager;

  /**
   * A training.
   *
   * @param manager of the device on which to train
   */
  public EmulatorTraining(EmulatorSettings settings, RandomStreams streams, NDManager manager) {
    this.settings = settings;
    this.streams = streams;
    this.manager = manager;
  }

  /** An emulator and how its training ended. */
  public record Result(EmulatorNetwork network, Trained trained) {}

  /**
   * Trains.
   *
   * @param wide runs spread over more than the prior
   * @param prior runs drawn from the prior
   * @param validation held-out runs drawn from the prior
   */
  public Result run(
      TrainingSet wide, TrainingSet prior, TrainingSet validation, Checkpoints checkpoints) {
    EmulatorSpec spec =
        new EmulatorSpec(
            Scaling.ofParameters(wide),
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
        new TrainingLoop("emulator", settings.optimiser().loop(), manager)
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
    return new Result(network, trained);
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
