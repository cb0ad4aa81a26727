package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidereus.exporter.reference.ReferenceEmulator;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.sets.TrainingSet;

class KnownEffectsTest {
  /** y_j = -2.5 a + 3 ln b + what the network says of b and c. */
  private final KnownEffects known =
      new KnownEffects(
          List.of(new LinearEffect(0, false, -2.5, true), new LinearEffect(1, true, 3, false)));

  private final TrainingSet set = set();

  private static TrainingSet set() {
    SplittableRandom random = new SplittableRandom(1);
    float[] inputs = new float[300];
    float[] observables = new float[200];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble(0.1, 2);
    }
    for (int i = 0; i < observables.length; i++) {
      observables[i] = (float) random.nextDouble(-1, 1);
    }
    return new TrainingSet(100, inputs, observables);
  }

  @Test
  void shouldTakeOutWhatItPutsIn() {
    TrainingSet rest = known.removed(set);
    EmulatorNetwork network =
        new RandomNetworks(new Random(1), 1)
            .emulator(
                new EmulatorSpec(
                    known.scaling(rest),
                    List.of(7),
                    Activation.SILU,
                    Scaling.columns(rest.observables(), 2),
                    false));
    ReferenceEmulator learned = new ReferenceEmulator(network);
    ReferenceEmulator whole = new ReferenceEmulator(known.added(network));
    for (int row = 0; row < set.rows(); row++) {
      double[] inputs = new double[3];
      double[] left = new double[3];
      for (int i = 0; i < 3; i++) {
        inputs[i] = set.parameters()[row * 3 + i];
        left[i] = rest.parameters()[row * 3 + i];
      }
      assertThat(left[0]).isZero();
      for (int j = 0; j < 2; j++) {
        double effect = set.observables()[row * 2 + j] - rest.observables()[row * 2 + j];
        assertThat(effect).isCloseTo(-2.5 * inputs[0] + 3 * Math.log(inputs[1]), within(1e-5));
        assertThat(whole.evaluate(inputs)[j])
            .isCloseTo(learned.evaluate(left)[j] + effect, within(1e-4));
      }
    }
  }

  @Test
  void shouldLeaveAModelOfWhichNothingIsKnownAlone() {
    assertThat(new KnownEffects(List.of()).removed(set)).isSameAs(set);
  }
}
