package org.sidereus.trainer.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.command.Sidereus;
import org.sidereus.command.UserError;
import org.sidereus.exporter.network.Activation;
import org.sidereus.exporter.network.FlowNetwork;
import org.sidereus.model.bundle.Bundle;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.engine.Device;
import org.sidereus.trainer.ForwardModel;
import org.sidereus.trainer.LinearGaussianModel;
import org.sidereus.trainer.RandomStreams;
import org.sidereus.trainer.commands.ValidationCommands;
import org.sidereus.trainer.data.Design;
import org.sidereus.trainer.data.FixedErrors;
import org.sidereus.trainer.data.SimulatedObjects;
import org.sidereus.trainer.data.Simulation;
import org.sidereus.trainer.data.TrainingSet;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.network.TransformKind;
import org.sidereus.trainer.pipeline.FlowSettings;
import org.sidereus.trainer.pipeline.FlowTraining;
import org.sidereus.trainer.pipeline.OptimiserSettings;
import org.sidereus.trainer.training.Checkpoints;

class BundleValidationTest {
  private static final LinearGaussianModel MODEL = LinearGaussianTestBundle.MODEL;

  @TempDir private Path folder;

  @Test
  void shouldPassTheExactPosterior() {
    ValidationReport report = validate(LinearGaussianTestBundle.exact(folder.resolve("b")));
    assertThat(report.failures()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.checks().stream().map(Check::name).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("ranks", "coverage", "tarp", "predictive", "mcmc", "groups");
    assertThat(report.chains().get(0).times()).isGreaterThan(20);
    assertThat(report.correction().median()).isGreaterThan(0.99 * report.samples());
    assertThat(report.correction().rmsShift()).isLessThan(0.02);
  }

  @Test
  void shouldPassTheExactPosteriorOnTheEmulator() {
    Bundle bundle = LinearGaussianTestBundle.exact(folder.resolve("b"));
    ValidationReport report = new BundleValidation(bundle, Optional.empty(), settings()).run();
    assertThat(report.truth()).isEqualTo("emulator of the bundle");
    assertThat(report.failures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.8, 1.2})
  void shouldFailAPosteriorMadeForWrongNoise(double factor) {
    double assumed = factor * LinearGaussianTestBundle.ERROR;
    ValidationReport report =
        validate(LinearGaussianTestBundle.wrong(folder.resolve("b"), assumed, 0));
    assertThat(failed(report, "coverage")).containsExactlyInAnyOrder("a", "b");
    assertThat(failed(report, "mcmc")).contains("standard deviations");
    assertThat(report.failures()).contains("coverage (a; b)");
  }

  @Test
  void shouldFailAShiftedMeanInTheRanksOfThatParameter() {
    ValidationReport report =
        validate(
            LinearGaussianTestBundle.wrong(
                folder.resolve("b"), LinearGaussianTestBundle.ERROR, 0.4));
    assertThat(failed(report, "ranks")).containsExactly("a");
    assertThat(failed(report, "mcmc")).containsExactly("means");
    assertThat(failed(report, "groups")).as("published with weights, which mend it").isEmpty();
    // one of two parameters moves by 0.4 sd
    assertThat(report.correction().rmsShift()).isCloseTo(0.4 / Math.sqrt(2), within(0.05));
    assertThat(report.correction().tooFew()).isZero();
  }

  /** Such a flow is the prior, whatever it is shown: ranks and coverage are right nevertheless. */
  @Test
  void shouldFailAFlowTrainedForAMoment() {
    ValidationReport report =
        validate(LinearGaussianTestBundle.export(trained(3), folder.resolve("b")));
    assertThat(failed(report, "mcmc")).isNotEmpty();
    assertThat(failed(report, "predictive")).isNotEmpty();
  }

  @Test
  void shouldGiveTheSameReportForTheSameSeed() {
    Bundle bundle = LinearGaussianTestBundle.exact(folder.resolve("b"));
    assertThat(validate(bundle).json()).isEqualTo(validate(bundle).json());
  }

  @Test
  void shouldDrawWellFormedFigures() throws Exception {
    ValidationReport report = validate(LinearGaussianTestBundle.exact(folder.resolve("b")));
    for (String figure : new Figures(report).all().values()) {
      assertThat(figure).doesNotContain("NaN").contains("<polyline");
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(figure.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void shouldReplaceTheReportInABundleThatStillLoads() {
    Bundle bundle = LinearGaussianTestBundle.exact(folder.resolve("b"));
    ReportFiles files = new ReportFiles(validate(bundle));
    files.attach(bundle.directory());
    files.attach(bundle.directory());
    Manifest manifest = Bundle.load(bundle.directory()).manifest();
    assertThat(manifest.files())
        .containsKeys("calibration/validation.json", "calibration/ranks.svg", "calibration/pp.svg");
    assertThat(manifest.calibration()).containsEntry("passed", true).containsKey("groups");
  }

  @Test
  void shouldRefuseASimulatorOfOtherParameters() {
    Bundle bundle = LinearGaussianTestBundle.exact(folder.resolve("b"));
    ForwardModel other =
        new ForwardModel() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public List<org.sidereus.model.bundle.Parameter> parameters() {
            return MODEL.parameters().subList(0, 1);
          }

          @Override
          public List<org.sidereus.model.bundle.Observable> observables() {
            return MODEL.observables();
          }

          @Override
          public Runner newRunner() {
            return MODEL.newRunner();
          }
        };
    assertThatThrownBy(() -> new BundleValidation(bundle, Optional.of(other), settings()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("other");
  }

  @Test
  void shouldExitWithOneLineThatNamesTheFailedChecks() {
    LinearGaussianTestBundle.exact(folder.resolve("good"));
    LinearGaussianTestBundle.wrong(folder.resolve("bad"), 0.3, 0);
    assertThat(command("good").code()).isZero();
    Run bad = command("bad");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.err().lines()).hasSize(1);
    assertThat(bad.err()).startsWith("sidereus: the bundle fails: ").contains("coverage (a; b)");
    assertThat(bad.out()).contains("FAIL coverage");
  }

  private record Run(int code, String out, String err) {}

  private Run command(String name) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Sidereus.commandLine(List.of(new ValidationCommands()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "validate",
                folder.resolve(name).toString(),
                "--objects",
                "400",
                "--groups",
                "0",
                "--mcmc-objects",
                "0",
                "--device",
                "cpu");
    return new Run(code, out.toString(), err.toString());
  }

  private static ValidationReport validate(Bundle bundle) {
    return new BundleValidation(bundle, Optional.of(MODEL), settings()).run();
  }

  private static ValidationSettings settings() {
    return new ValidationSettings(
        1_000,
        60,
        List.of(1, 10, 100),
        2,
        3_000,
        4,
        Set.of(),
        null,
        false,
        null,
        null,
        Device.CPU,
        1);
  }

  private static List<String> failed(ValidationReport report, String name) {
    return report.checks().stream()
        .filter(check -> !check.passed() && check.name().equals(name))
        .map(Check::subject)
        .distinct()
        .toList();
  }

  private static FlowNetwork trained(int steps) {
    RandomStreams streams = new RandomStreams(3);
    Design prior = new Design.FromPrior(MODEL.inputPriors());
    Simulation simulation = new Simulation(MODEL, 1);
    TrainingSet pool = simulation.run(prior, 2_000, streams, "pool");
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
            LinearGaussianTestBundle.ERROR,
            null,
            new OptimiserSettings(steps, 64, 64, 1e-3, 1e-5, 0.02, 5, 0.5, 1));
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, 2)) {
      return new FlowTraining(settings, MODEL, streams, manager)
          .run(
              pool,
              new SimulatedObjects(pool, streams),
              new FixedErrors(MODEL, LinearGaussianTestBundle.ERROR),
              simulation.run(prior, 500, streams, "validation"),
              new Checkpoints(null))
          .network();
    }
  }
}
