package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.simulators.sets.TrainingSet;
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

class FlowTrainingTest {
  private static final double ERROR = 0.7;
  private static final int WIDE = 64;

  @Test
  void shouldLearnTheKnownPosteriorOfALinearModel() {
    LinearGaussianModel model = new LinearGaussianModel(Double.POSITIVE_INFINITY);
    RandomStreams streams = new RandomStreams(3);
    Design prior = new Design.FromPrior(model.inputPriors());
    Simulation simulation = new Simulation(model, 2, ProgressReporter.NONE);
    TrainingSet pool = simulation.run(prior, 60_000, streams, "pool");
    OptimiserSettings optimiser =
        OptimiserSettings.ofSteps(1_200)
            .batches(256, 1024)
            .rates(1e-2, 1e-5)
            .warmUp(0.02)
            .clip(5)
            .averageDecay(0.99)
            .validations(4)
            .build();
    ReferenceFlow flow;
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2)) {
      flow =
          new ReferenceFlow(
              new FlowTraining(
                      settings(16, optimiser), model, streams, manager, ProgressReporter.NONE)
                  .run(
                      optimiser,
                      Optional.empty(),
                      pool,
                      new SimulatedObjects(pool, streams),
                      AnySurvey.withFixedErrors(model, ERROR),
                      simulation.run(prior, 5_000, streams, "validation"),
                      new Checkpoints(null))
                  .network());
    }
    for (double[] x : new double[][] {{0, 0, 0}, {1.2, -0.4, 0.9}, {-1.5, -1, -2}}) {
      assertPosterior(flow, x);
    }
  }

  @Test
  void shouldGoOnFromAnEarlierTraining(@TempDir Path folder) {
    LinearGaussianModel model = new LinearGaussianModel(Double.POSITIVE_INFINITY);
    FlowTraining.Result first = trained(model, 8, Optional.empty(), 300);
    first.network().write(folder);
    Optional<FlowNetwork> earlier = Optional.of(FlowNetwork.read(folder));
    FlowTraining.Result further = trained(model, 8, earlier, 1);
    assertThat(further.logProb()).isCloseTo(first.logProb(), within(0.01));
    assertThat(trained(model, 8, Optional.empty(), 1).logProb()).isLessThan(first.logProb() - 0.1);
    assertThatThrownBy(() -> trained(model, 12, earlier, 1))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("another architecture");
  }

  @Test
  void shouldRepeatATrainingWithTheSameNumberOfThreadsInOneProcess() {
    LinearGaussianModel model = new LinearGaussianModel(Double.POSITIVE_INFINITY);
    float[] before = trained(model, 2, WIDE, Optional.empty(), 20).trained().weights();
    trained(model, 1, WIDE, Optional.empty(), 20);
    float[] after = trained(model, 2, WIDE, Optional.empty(), 20).trained().weights();
    assertThat(after).isEqualTo(before);
  }

  private static FlowTraining.Result trained(
      LinearGaussianModel model, int units, Optional<FlowNetwork> earlier, int steps) {
    return trained(model, 2, units, earlier, steps);
  }

  private static FlowTraining.Result trained(
      LinearGaussianModel model, int threads, int units, Optional<FlowNetwork> earlier, int steps) {
    RandomStreams streams = new RandomStreams(3);
    Design prior = new Design.FromPrior(model.inputPriors());
    Simulation simulation = new Simulation(model, 2, ProgressReporter.NONE);
    TrainingSet pool = simulation.run(prior, 5_000, streams, "pool");
    double rate = steps == 1 ? 1e-5 : 1e-2;
    int batch = units == WIDE ? 4096 : 256; // large sums are shared by the threads
    OptimiserSettings optimiser =
        OptimiserSettings.ofSteps(steps).batches(batch, batch).rates(rate, 1e-5).clip(5).build();
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, threads)) {
      return new FlowTraining(
              settings(units, optimiser), model, streams, manager, ProgressReporter.NONE)
          .run(
              optimiser,
              earlier,
              pool,
              new SimulatedObjects(pool, streams),
              AnySurvey.withFixedErrors(model, ERROR),
              simulation.run(prior, 2_000, streams, "validation"),
              new Checkpoints(null));
    }
  }

  private static FlowSettings settings(int units, OptimiserSettings optimiser) {
    return new FlowSettings(
        new FlowArchitecture(
            TransformKind.AFFINE,
            2,
            List.of(units),
            Activation.TANH,
            List.of(),
            Activation.SILU,
            8,
            5),
        FlowSettings.Objects.SIMULATOR,
        FlowSettings.Survey.FIXED,
        ERROR,
        List.of(new FlowPhase(2, optimiser)));
  }

  /** Precision I + A'A / error^2; mean = covariance A'x / error^2. */
  private static void assertPosterior(ReferenceFlow flow, double[] x) {
    double[][] a = LinearGaussianModel.A;
    double p00 = 1;
    double p01 = 0;
    double p11 = 1;
    double b0 = 0;
    double b1 = 0;
    for (int i = 0; i < a.length; i++) {
      p00 += a[i][0] * a[i][0] / (ERROR * ERROR);
      p01 += a[i][0] * a[i][1] / (ERROR * ERROR);
      p11 += a[i][1] * a[i][1] / (ERROR * ERROR);
      b0 += a[i][0] * x[i] / (ERROR * ERROR);
      b1 += a[i][1] * x[i] / (ERROR * ERROR);
    }
    double determinant = p00 * p11 - p01 * p01;
    double[] mean = {(p11 * b0 - p01 * b1) / determinant, (p00 * b1 - p01 * b0) / determinant};
    double[] sd = {Math.sqrt(p11 / determinant), Math.sqrt(p00 / determinant)};

    int samples = 20_000;
    double[] context = flow.context(x);
    SplittableRandom random = new SplittableRandom(9);
    double[] sum = new double[2];
    double[] squares = new double[2];
    for (int s = 0; s < samples; s++) {
      double[] noise = {random.nextGaussian(), random.nextGaussian()};
      double[] theta = flow.sample(noise, context).theta();
      for (int d = 0; d < 2; d++) {
        sum[d] += theta[d];
        squares[d] += theta[d] * theta[d];
      }
    }
    for (int d = 0; d < 2; d++) {
      double sampleMean = sum[d] / samples;
      assertThat(sampleMean).isCloseTo(mean[d], within(0.06 * sd[d]));
      assertThat(Math.sqrt(squares[d] / samples - sampleMean * sampleMean))
          .isCloseTo(sd[d], within(0.05 * sd[d]));
    }
  }
}
