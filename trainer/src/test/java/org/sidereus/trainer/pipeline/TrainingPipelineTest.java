package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.command.UserError;
import org.sidereus.exporter.network.Activation;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.trainer.LinearGaussianModel;
import org.sidereus.trainer.data.AnySurvey;
import org.sidereus.trainer.data.MeasuredParameter;
import org.sidereus.trainer.data.SurveyHabits;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TransformKind;

class TrainingPipelineTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final OptimiserSettings SHORT =
      new OptimiserSettings(200, 128, 256, 5e-3, 1e-5, 0.02, 5, 0.9, 4);

  @TempDir private Path folder;

  private TrainingPipeline pipeline(long seed) {
    TrainingPlan plan =
        new TrainingPlan(
            "toy",
            seed,
            2,
            new SimulationSettings(4_000, 500, 5, 4_000, 500),
            new EmulatorSettings(List.of(16), Activation.TANH, 0.5, SHORT),
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
                FlowSettings.Objects.EMULATOR,
                FlowSettings.Survey.ANY,
                0.5,
                SHORT));
    SurveyHabits habits =
        new SurveyHabits(0.1, 1, List.of(new MeasuredParameter(0, 0.5, 1)), List.of());
    return new TrainingPipeline(
        new StageContext(
            new LinearGaussianModel(2.5),
            Map.of("simulator", "toy"),
            error -> new AnySurvey(new LinearGaussianModel(2.5), habits, error),
            plan,
            WorkDirectory.at(folder.resolve("work")),
            new Machine(2, DeviceChoice.CPU)),
        new BundleTarget(folder.resolve("bundle"), "1", "a toy", 100, "sidereus train toy", "v0"));
  }

  @Test
  void shouldGoFromTheSimulatorToABundle() {
    pipeline(1).run(EnumSet.allOf(Stage.class), false);
    Manifest manifest = Manifest.read(folder.resolve("bundle").resolve(Manifest.FILE));
    assertThat(manifest.provenance())
        .containsEntry("command", "sidereus train toy")
        .containsEntry("simulator", "toy")
        .containsKeys("emulator", "flow", "plan", "code_version");
    assertThat(manifest.calibration()).containsKey("parameters");
    assertThat(manifest.files()).containsKeys("posterior.onnx", "density.onnx", "emulator.onnx");
  }

  @Test
  void shouldLeaveOutFinishedStagesWhenResumed() throws IOException {
    Set<Stage> stages = EnumSet.of(Stage.SIMULATE, Stage.EMULATOR);
    pipeline(1).run(stages, false);
    Path set = folder.resolve("work").resolve("prior.safetensors");
    Path emulator = folder.resolve("work").resolve("emulator.safetensors");
    byte[] weights = Files.readAllBytes(emulator);
    Files.setLastModifiedTime(set, LONG_AGO);
    Files.setLastModifiedTime(emulator, LONG_AGO);

    pipeline(1).run(stages, true);
    assertThat(Files.getLastModifiedTime(set)).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(emulator)).isEqualTo(LONG_AGO);

    pipeline(1).run(EnumSet.of(Stage.EMULATOR), false);
    assertThat(Files.getLastModifiedTime(set)).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(emulator)).isNotEqualTo(LONG_AGO);
    assertThat(Files.readAllBytes(emulator)).isEqualTo(weights);
  }

  @Test
  void shouldRunFinishedStagesAgainWhereSettingsDiffer() throws IOException {
    pipeline(1).run(EnumSet.of(Stage.SIMULATE), false);
    Path set = folder.resolve("work").resolve("prior.safetensors");
    byte[] before = Files.readAllBytes(set);
    pipeline(2).run(EnumSet.of(Stage.SIMULATE), true);
    assertThat(Files.readAllBytes(set)).isNotEqualTo(before);
  }

  @Test
  void shouldRefuseResultsOfOtherSettings() {
    pipeline(1).run(EnumSet.of(Stage.SIMULATE), false);
    assertThatThrownBy(() -> pipeline(2).run(EnumSet.of(Stage.EMULATOR), false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("simulate");
  }

  @Test
  void shouldRefuseAnExistingBundleBeforeAnyWork() throws IOException {
    Files.createDirectories(folder.resolve("bundle"));
    assertThatThrownBy(() -> pipeline(1).run(EnumSet.allOf(Stage.class), false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("exists already");
    assertThat(folder.resolve("work").resolve("prior.safetensors")).doesNotExist();
  }
}
