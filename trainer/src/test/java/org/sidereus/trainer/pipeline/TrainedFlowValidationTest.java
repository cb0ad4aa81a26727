package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.testing.models.LinearGaussianFlows;
import org.sidereus.testing.models.LinearGaussianModel;
import org.sidereus.trainer.batches.SimulatedObjects;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.network.TransformKind;
import org.sidereus.trainer.recipe.FlowPhase;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.recipe.OptimiserSettings;
import org.sidereus.trainer.training.Checkpoints;
import org.sidereus.validation.BundleValidation;
import org.sidereus.validation.Check;
import org.sidereus.validation.ValidationCounts;
import org.sidereus.validation.ValidationReport;
import org.sidereus.validation.ValidationSettings;

/** The validation of a flow that was trained for three steps. */
@Tag("thorough")
class TrainedFlowValidationTest {
  private static final LinearGaussianModel MODEL = LinearGaussianFlows.MODEL;

  @TempDir private Path folder;

  /** Such a flow is the prior, whatever it is shown: ranks and coverage are right nevertheless. */
  @Test
  void shouldFailAFlowTrainedForAMoment() {
    ValidationReport report =
        new BundleValidation(
                LinearGaussianFlows.export(trained(3), folder.resolve("b")),
                Optional.of(MODEL),
                ValidationSettings.of(ValidationCounts.QUICK, 4, 1))
            .run(ProgressReporter.NONE);
    assertThat(report.checks().stream().filter(check -> !check.passed()).map(Check::name))
        .contains("mcmc", "predictive");
  }

  private static FlowNetwork trained(int steps) {
    RandomStreams streams = new RandomStreams(3);
    Design prior = new Design.FromPrior(MODEL.inputPriors());
    Simulation simulation = new Simulation(MODEL, 1, ProgressReporter.NONE);
    TrainingSet pool = simulation.run(prior, 2_000, streams, "pool");
    OptimiserSettings optimiser =
        OptimiserSettings.ofSteps(steps)
            .batches(64, 64)
            .rates(1e-3, 1e-5)
            .warmUp(0.02)
            .clip(5)
            .averageDecay(0.5)
            .build();
    FlowSettings settings =
        new FlowSettings(
            new FlowArchitecture(
                TransformKind.AFFINE,
                2,
                List.of(8),
                Activation.TANH,
                List.of(),
                Activation.SILU,
                8,
                5),
            FlowSettings.Objects.SIMULATOR,
            FlowSettings.Survey.FIXED,
            LinearGaussianFlows.ERROR,
            List.of(new FlowPhase(2, optimiser)));
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2)) {
      return new FlowTraining(settings, MODEL, streams, manager, ProgressReporter.NONE)
          .run(
              optimiser,
              Optional.empty(),
              pool,
              new SimulatedObjects(pool, streams),
              AnySurvey.withFixedErrors(MODEL, LinearGaussianFlows.ERROR),
              simulation.run(prior, 500, streams, "validation"),
              new Checkpoints(null))
          .network();
    }
  }
}
