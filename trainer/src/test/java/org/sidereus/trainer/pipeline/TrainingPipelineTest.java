package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
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
import org.sidereus.networks.FlowNetwork;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.SurveyHabits;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.testing.models.LinearGaussianModel;
import org.sidereus.trainer.batches.SimulatedObjects;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.network.TransformKind;
import org.sidereus.trainer.recipe.EmulatorSettings;
import org.sidereus.trainer.recipe.ExportSettings;
import org.sidereus.trainer.recipe.FlowPhase;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.recipe.OptimiserSettings;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.recipe.SimulationSettings;
import org.sidereus.trainer.recipe.ValidateSettings;
import org.sidereus.trainer.training.Checkpoints;

class TrainingPipelineTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final OptimiserSettings SHORT =
      OptimiserSettings.ofSteps(200)
          .batches(128, 256)
          .rates(5e-3, 1e-5)
          .warmUp(0.02)
          .clip(5)
          .averageDecay(0.9)
          .validations(4)
          .build();

  private static final FlowPhase PHASE = new FlowPhase(2, SHORT);
  private static final FlowPhase NEXT_PHASE =
      new FlowPhase(
          2,
          SHORT.toBuilder().steps(100).batches(256, 256).rates(2e-3, 1e-5).validations(2).build());

  private static final SurveyHabits HABITS =
      new SurveyHabits(0.1, 1, List.of(new MeasuredParameter(0, 0.5, 1)), List.of());

  @TempDir private Path folder;

  private TrainingPipeline pipeline(long seed) {
    return pipeline(seed, new LinearGaussianModel(2.5));
  }

  private TrainingPipeline pipeline(long seed, ForwardModel model) {
    return pipeline("work", seed, model, FlowSettings.Objects.EMULATOR, PHASE);
  }

  private TrainingPipeline pipeline(
      String work,
      long seed,
      ForwardModel model,
      FlowSettings.Objects objects,
      FlowPhase... phases) {
    Recipe recipe =
        Recipe.builder("toy", "toy", seed)
            .simulation(new SimulationSettings(4_000, 500, 5, 4_000, 500))
            .emulator(new EmulatorSettings(List.of(16), Activation.TANH, 0.5, 2, SHORT))
            .flow(flowSettings(objects, phases))
            .export(new ExportSettings("1", 100))
            .validate(new ValidateSettings(seed, 5_000, 50, List.of(1, 10, 100), 1, 6_000, false))
            .build();
    return new TrainingPipeline(
        new StageContext(
            model,
            Map.of("simulator", "toy"),
            error -> new AnySurvey(model, HABITS, error),
            recipe,
            WorkDirectory.at(folder.resolve(work)),
            new Machine(2, DeviceChoice.CPU, ProgressReporter.NONE)),
        new BundleTarget(folder.resolve("bundle"), "a toy", "sidereus train toy", "v0"));
  }

  private static FlowSettings flowSettings(FlowSettings.Objects objects, FlowPhase... phases) {
    return new FlowSettings(
        new FlowArchitecture(
            TransformKind.AFFINE, 2, List.of(8), Activation.TANH, List.of(), Activation.SILU, 8, 5),
        objects,
        FlowSettings.Survey.ANY,
        0.5,
        List.of(phases));
  }

  @Test
  void shouldGoFromTheSimulatorToABundle() {
    pipeline(1).run(EnumSet.allOf(Stage.class), false);
    Manifest manifest = Manifest.read(folder.resolve("bundle").resolve(Manifest.FILE));
    assertThat(manifest.provenance())
        .containsEntry("command", "sidereus train toy")
        .containsEntry("simulator", "toy")
        .containsKeys("emulator", "flow", "recipe", "code_version");
    assertThat(manifest.ageOfUniverseGyr()).isEmpty();
    assertThat(manifest.calibration()).containsKey("parameters");
    assertThat(manifest.files()).containsKeys("posterior.onnx", "density.onnx", "emulator.onnx");
  }

  @Tag("thorough")
  @Test
  void shouldTrainAModelWithCovariatesPartsAndDerivedQuantities() {
    pipeline(1, new ShiftedModel()).run(EnumSet.allOf(Stage.class), false);
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    Manifest manifest = bundle.manifest();
    assertThat(manifest.covariates()).extracting(Covariate::name).containsExactly("shift");
    assertThat(manifest.ageOfUniverseGyr()).hasValue(14.2);
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

  /**
   * A phase is a training of its own: the first with random weights, the second with the flow that
   * the first wrote.
   */
  @Test
  void shouldTrainPhaseAfterPhase() throws IOException {
    LinearGaussianModel model = new LinearGaussianModel(2.5);
    Set<Stage> stages = EnumSet.of(Stage.SIMULATE, Stage.FLOW);
    pipeline("one", 1, model, FlowSettings.Objects.SIMULATOR, PHASE).run(stages, false);
    pipeline("two", 1, model, FlowSettings.Objects.SIMULATOR, PHASE, NEXT_PHASE).run(stages, false);
    assertThat(flow("two/flow-phase-1"))
        .isEqualTo(flow("one"))
        .isEqualTo(trained("one", PHASE, Optional.empty()));
    assertThat(flow("two"))
        .isEqualTo(trained("two", NEXT_PHASE, Optional.of(flow("two/flow-phase-1"))));
    JsonNode results =
        StageRecord.read(folder.resolve("two").resolve("flow.record.json")).orElseThrow().results();
    assertThat(results.path("phases")).hasSize(2);
    assertThat(results.path("mean_log_prob"))
        .isEqualTo(results.path("phases").path(1).path("mean_log_prob"));
  }

  @Test
  void shouldLeaveOutFinishedPhasesWhenResumed() throws IOException {
    LinearGaussianModel model = new LinearGaussianModel(2.5);
    Set<Stage> stages = EnumSet.of(Stage.SIMULATE, Stage.FLOW);
    pipeline("work", 1, model, FlowSettings.Objects.SIMULATOR, PHASE).run(stages, false);
    Path first = folder.resolve("work/flow-phase-1/flow.safetensors");
    Files.setLastModifiedTime(first, LONG_AGO);

    pipeline("work", 1, model, FlowSettings.Objects.SIMULATOR, PHASE, NEXT_PHASE).run(stages, true);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(LONG_AGO);
    FlowNetwork longer = flow("work");
    assertThat(longer)
        .isEqualTo(trained("work", NEXT_PHASE, Optional.of(flow("work/flow-phase-1"))));

    pipeline("work", 1, model, FlowSettings.Objects.SIMULATOR, NEXT_PHASE).run(stages, true);
    assertThat(Files.getLastModifiedTime(first)).isNotEqualTo(LONG_AGO);
    assertThat(flow("work")).isNotEqualTo(longer);
  }

  /** Trains one phase without the stages, on the sets in a work folder. */
  private FlowNetwork trained(String work, FlowPhase phase, Optional<FlowNetwork> earlier) {
    LinearGaussianModel model = new LinearGaussianModel(2.5);
    RandomStreams streams = new RandomStreams(1);
    TrainingSet prior = TrainingSet.read(folder.resolve(work).resolve("prior.safetensors"));
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, phase.tensorThreads())) {
      return new FlowTraining(
              flowSettings(FlowSettings.Objects.SIMULATOR, phase),
              model,
              streams,
              manager,
              ProgressReporter.NONE)
          .run(
              phase.optimiser(),
              earlier,
              prior,
              new SimulatedObjects(prior, streams),
              new AnySurvey(model, HABITS, 0.5),
              TrainingSet.read(folder.resolve(work).resolve("prior-validation.safetensors")),
              new Checkpoints(null))
          .network();
    }
  }

  private FlowNetwork flow(String work) {
    return FlowNetwork.read(folder.resolve(work));
  }
}
