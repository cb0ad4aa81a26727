package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.networks.Activation;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.SurveyHabits;
import org.sidereus.testing.models.LinearGaussianModel;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TransformKind;

class TrainingPipelineTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final OptimiserSettings SHORT =
      new OptimiserSettings(200, 128, 256, 5e-3, 1e-5, 0.02, 5, 0.9, 4);

  @TempDir private Path folder;

  private TrainingPipeline pipeline(long seed) {
    return pipeline(seed, new LinearGaussianModel(2.5));
  }

  private TrainingPipeline pipeline(long seed, ForwardModel model) {
    TrainingPlan plan =
        new TrainingPlan(
            "toy",
            seed,
            2,
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
                null,
                SHORT));
    SurveyHabits habits =
        new SurveyHabits(0.1, 1, List.of(new MeasuredParameter(0, 0.5, 1)), List.of());
    return new TrainingPipeline(
        new StageContext(
            model,
            Map.of("simulator", "toy"),
            error -> new AnySurvey(model, habits, error),
            plan,
            WorkDirectory.at(folder.resolve("work")),
            new Machine(2, DeviceChoice.CPU, ProgressReporter.NONE)),
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
  void shouldTrainAModelWithCovariatesPartsAndDerivedQuantities() {
    pipeline(1, new ShiftedModel()).run(EnumSet.allOf(Stage.class), false);
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    Manifest manifest = bundle.manifest();
    assertThat(manifest.covariates()).extracting(Covariate::name).containsExactly("shift");
    assertThat(manifest.features()).contains(new Feature(Feature.Kind.COVARIATE, "shift"));
    Map<String, Measurement> measurements =
        Map.of(
            "x", Measurement.of(5.5, 0.5),
            "y", Measurement.of(5.0, 0.5),
            "z", Measurement.of(5.2, 0.5),
            "shift", Measurement.of(5));
    Encoding encoding = new FeatureEncoder(manifest).encode(measurements);
    float[] row = ((Encoding.Row) encoding).features();
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults());
        EmulatorEngine emulator = EmulatorEngine.open(bundle, EngineOptions.defaults())) {
      ObjectSummary summary = engine.infer(List.of(row)).get(0);
      double sum = summary.mean()[0] + summary.mean()[1];
      assertThat(summary.derived().get(0).mean()).isCloseTo(sum, within(1e-4));
      float[] theta = {0.5f, -0.5f};
      float[] near = emulator.predict(theta, new float[] {0});
      float[] far = emulator.predict(theta, new float[] {4});
      for (int j = 0; j < near.length; j++) {
        assertThat(far[j] - near[j]).isCloseTo(4, within(1e-4f)); // exact, not learned
      }
    }
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
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("simulate");
  }

  @Test
  void shouldRefuseAnExistingBundleBeforeAnyWork() throws IOException {
    Files.createDirectories(folder.resolve("bundle"));
    assertThatThrownBy(() -> pipeline(1).run(EnumSet.allOf(Stage.class), false))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("exists already");
    assertThat(folder.resolve("work").resolve("prior.safetensors")).doesNotExist();
  }
}
