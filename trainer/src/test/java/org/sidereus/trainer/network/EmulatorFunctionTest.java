package org.sidereus.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidereus.exporter.reference.ReferenceEmulator;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;

class EmulatorFunctionTest {
  @ParameterizedTest
  @EnumSource(Activation.class)
  void shouldAgreeWithTheReference(Activation activation) {
    EmulatorSpec spec =
        new EmulatorSpec(
            List.of(new ParameterScaling.Affine(1, 2), new ParameterScaling.Affine(0, 3)),
            List.of(10, 7),
            activation,
            List.of(new Standardisation(0, 1), new Standardisation(5, 0.1)),
            activation == Activation.TANH);
    EmulatorNetwork network = new RandomNetworks(new SplittableRandom(1), 1).emulator(spec);
    EmulatorFunction function = new EmulatorFunction(spec);
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2)) {
      double[] theta = {1.7, -2.2};
      float[] scaled = {
        (float) spec.parameterScaling().get(0).standardised(theta[0]),
        (float) spec.parameterScaling().get(1).standardised(theta[1])
      };
      float[] outputs =
          function
              .outputs(
                  manager.create(function.layout().vector(network.weights())),
                  manager.create(scaled, new Shape(1, 2)))
              .toFloatArray();
      double[] expected = new ReferenceEmulator(network).evaluate(theta);
      for (int i = 0; i < expected.length; i++) {
        assertThat(spec.outputScaling().get(i).physical(outputs[i]))
            .isCloseTo(expected[i], within(1e-6));
      }
    }
  }
}
