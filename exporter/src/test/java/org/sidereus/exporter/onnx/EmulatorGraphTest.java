package org.sidereus.exporter.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;

class EmulatorGraphTest {

  @ParameterizedTest
  @CsvSource({"TANH,false", "RELU,false", "SILU,false", "TANH,true", "SILU,true"})
  void shouldEvaluateLikeTheReference(Activation activation, boolean skip) {
    EmulatorNetwork emulator = emulator(activation, skip, 1);
    ParityCheck.Report report = new ParityCheck().emulator(emulator, EmulatorGraph.of(emulator));
    assertThat(report.passed()).as(report.toString()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"TANH,false", "SILU,true"})
  void shouldNoticeAnotherEmulator(Activation activation, boolean skip) {
    EmulatorNetwork emulator = emulator(activation, skip, 1);
    EmulatorNetwork other = emulator(activation, skip, 2);
    assertThat(new ParityCheck().emulator(emulator, EmulatorGraph.of(other)).passed()).isFalse();
  }

  private static EmulatorNetwork emulator(Activation activation, boolean skip, long seed) {
    EmulatorSpec spec =
        new EmulatorSpec(
            List.of(
                new ParameterScaling.Probit(-1, 3, 0.1, 0.9),
                new ParameterScaling.Affine(2, 3),
                new ParameterScaling.Log(0.5, 0, 0.5)),
            List.of(12, 7),
            activation,
            List.of(new Standardisation(-0.3, 0.2), new Standardisation(4, 1e3)),
            skip);
    return new RandomNetworks(new Random(seed), 1).emulator(spec);
  }
}
