package org.sidereus.trainer.pipeline;

import java.util.List;
import org.sidereus.networks.Activation;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TransformKind;

/** Known good settings. */
public enum Preset {
  /** What the project ships. */
  STANDARD {
    @Override
    public SimulationSettings simulation() {
      return new SimulationSettings(700_000, 50_000, 5.0, 3_000_000, 50_000);
    }

    @Override
    public EmulatorSettings emulator() {
      return new EmulatorSettings(
          List.of(128, 128, 128),
          Activation.SILU,
          0.5,
          new OptimiserSettings(32_000, 2048, 4096, 2e-3, 1e-6, 0.02, 1.0, 0.999, 40));
    }

    @Override
    public FlowSettings flow() {
      return new FlowSettings(
          new FlowArchitecture(
              TransformKind.AFFINE,
              6,
              List.of(64, 64),
              Activation.SILU,
              List.of(128, 128),
              Activation.SILU,
              8,
              5.0),
          FlowSettings.Objects.SIMULATOR,
          FlowSettings.Survey.ANY,
          0.05,
          null,
          new OptimiserSettings(25_000, 1024, 4096, 1e-2, 1e-6, 0.02, 5.0, 0.999, 40));
    }
  },

  /** The networks of Buck et al. (2025). */
  PAPER {
    @Override
    public SimulationSettings simulation() {
      return new SimulationSettings(700_000, 50_000, 5.0, 100_000, 50_000);
    }

    @Override
    public EmulatorSettings emulator() {
      return new EmulatorSettings(
          List.of(100, 40),
          Activation.TANH,
          0.0,
          new OptimiserSettings(20_000, 1024, 4096, 2e-3, 1e-6, 0.02, 1.0, 0.999, 40));
    }

    @Override
    public FlowSettings flow() {
      return new FlowSettings(
          new FlowArchitecture(
              TransformKind.AFFINE,
              4,
              List.of(8, 8),
              Activation.TANH,
              List.of(),
              Activation.SILU,
              8,
              5.0),
          FlowSettings.Objects.EMULATOR,
          FlowSettings.Survey.FIXED,
          0.05,
          null,
          new OptimiserSettings(20_000, 1024, 4096, 2e-3, 1e-6, 0.02, 5.0, 0.999, 40));
    }
  },

  /** The flow of Hahn and Melchior (2022), section 3.2. */
  SEDFLOW {
    @Override
    public SimulationSettings simulation() {
      return new SimulationSettings(4_096, 50_000, 5.0, 1_131_561, 50_000);
    }

    @Override
    public EmulatorSettings emulator() {
      return new EmulatorSettings(
          List.of(256, 256, 256),
          Activation.SILU,
          1.0,
          new OptimiserSettings(40_000, 1024, 4096, 2e-3, 1e-6, 0.02, 1.0, 0.999, 40));
    }

    @Override
    public FlowSettings flow() {
      return new FlowSettings(
          new FlowArchitecture(
              TransformKind.AFFINE,
              15,
              List.of(500, 500),
              Activation.TANH,
              List.of(),
              Activation.SILU,
              8,
              5.0),
          FlowSettings.Objects.SIMULATOR,
          FlowSettings.Survey.ANY,
          0.05,
          null,
          new OptimiserSettings(40_000, 512, 4096, 5e-4, 1e-6, 0.02, 5.0, 0.999, 40));
    }
  };

  public abstract SimulationSettings simulation();

  public abstract EmulatorSettings emulator();

  public abstract FlowSettings flow();
}
