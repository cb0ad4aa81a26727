package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.testing.models.LinearGaussianModel;

class ScalingTest {
  /** The third input is a distance, which acts by its logarithm, the fourth an angle. */
  private static final ForwardModel AT_A_DISTANCE =
      new ForwardModel() {
        private final ForwardModel near = new LinearGaussianModel(Double.POSITIVE_INFINITY);

        @Override
        public String name() {
          return "at a distance";
        }

        @Override
        public List<Parameter> parameters() {
          return near.parameters();
        }

        @Override
        public List<Observable> observables() {
          return near.observables();
        }

        @Override
        public List<Covariate> covariates() {
          return List.of(
              new Covariate("distance", "", new Uniform(0, 4)),
              new Covariate("angle", "", new Uniform(0, 2)));
        }

        @Override
        public List<LinearEffect> linearEffects() {
          return List.of(new LinearEffect(2, true, 5, true), new LinearEffect(3, false, 1, true));
        }

        @Override
        public Runner newRunner() {
          return near.newRunner();
        }
      };

  @Test
  void shouldTakeTheLogarithmOfACovariateThatActsByIt() {
    RandomStreams streams = new RandomStreams(1);
    TrainingSet draws =
        new Simulation(AT_A_DISTANCE, 1, ProgressReporter.NONE)
            .run(new Design.FromPrior(AT_A_DISTANCE.inputPriors()), 20_000, streams, "draws");
    List<Standardisation> scaling =
        Scaling.ofFeatures(
            AT_A_DISTANCE,
            AnySurvey.withFixedErrors(AT_A_DISTANCE, 0.1),
            draws,
            streams.at("noise", 0));
    assertThat(scaling).hasSize(5);
    assertThat(scaling.get(0).logFloor()).isNull();
    // of a uniform number u, -ln u has mean and standard deviation 1
    assertThat(scaling.get(3).logFloor()).isEqualTo(0.004);
    assertThat(scaling.get(3).shift()).isCloseTo(Math.log(4) - 1, within(0.03));
    assertThat(scaling.get(3).scale()).isCloseTo(1, within(0.03));
    assertThat(scaling.get(4).logFloor()).isNull();
    assertThat(scaling.get(4).shift()).isCloseTo(1, within(0.02));
  }
}
