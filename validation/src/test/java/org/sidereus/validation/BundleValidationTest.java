package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.Device;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.testing.models.LinearGaussianFlows;
import org.sidereus.testing.models.LinearGaussianModel;

class BundleValidationTest {
  private static final LinearGaussianModel MODEL = LinearGaussianFlows.MODEL;

  @TempDir static Path exactFolder;
  private static Bundle exact;

  /** Of the exact posterior. Several tests look at it. */
  private static ValidationReport ofExact;

  @TempDir private Path folder;

  @BeforeAll
  static void validateTheExactPosterior() {
    exact = LinearGaussianFlows.exact(exactFolder.resolve("b"));
    ofExact = validate(exact);
  }

  @Test
  void shouldPassTheExactPosterior() {
    ValidationReport report = ofExact;
    assertThat(report.failures()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.checks().stream().map(Check::name).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("ranks", "coverage", "tarp", "predictive", "mcmc", "groups");
    assertThat(report.chains().get(0).decided()).isTrue();
    assertThat(report.single().correction().median())
        .isGreaterThan(0.99 * report.subject().samples());
    assertThat(report.single().correction().rmsShift()).isLessThan(0.02);
  }

  @Test
  void shouldPassTheExactPosteriorOnTheEmulator() {
    ValidationReport report =
        new BundleValidation(exact, Optional.empty(), settings()).run(ProgressReporter.NONE);
    assertThat(report.subject().truth()).isEqualTo("emulator of the bundle");
    assertThat(report.failures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.8, 1.2})
  void shouldFailAPosteriorMadeForWrongNoise(double factor) {
    double assumed = factor * LinearGaussianFlows.ERROR;
    Bundle bundle = LinearGaussianFlows.wrong(folder.resolve("b"), assumed, 0);
    ValidationReport report =
        new BundleValidation(bundle, Optional.of(MODEL), settings(0)).run(ProgressReporter.NONE);
    assertThat(failed(report, "coverage")).containsExactlyInAnyOrder("a", "b");
    assertThat(failed(report, "mcmc")).contains("standard deviations");
    assertThat(report.failures()).contains("coverage (a; b)");
  }

  @Test
  void shouldFailAShiftedMeanInTheRanksOfThatParameter() {
    ValidationReport report =
        validate(LinearGaussianFlows.wrong(folder.resolve("b"), LinearGaussianFlows.ERROR, 0.4));
    assertThat(failed(report, "ranks")).containsExactly("a");
    assertThat(failed(report, "mcmc")).containsExactly("means");
    assertThat(failed(report, "groups")).as("published with weights, which correct it").isEmpty();
    // one of two parameters moves by 0.4 sd
    assertThat(report.single().correction().rmsShift()).isCloseTo(0.4 / Math.sqrt(2), within(0.05));
    assertThat(report.single().correction().tooFew()).isZero();
  }

  /** With the numbers that a bundle is published with. */
  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({"0.88, 0", "1.12, 0", "1, 0.15", "1, -0.15"})
  void shouldFailAPosteriorThatIsWrongByATenth(double factor, double shift) {
    Bundle bundle =
        LinearGaussianFlows.wrong(folder.resolve("b"), factor * LinearGaussianFlows.ERROR, shift);
    ValidationCounts counts =
        new ValidationCounts(ValidationCounts.STANDARD.objects(), 0, List.of(1), 0, 100);
    ValidationReport report =
        new BundleValidation(
                bundle,
                Optional.of(MODEL),
                ValidationSettings.of(counts, 4, 1).withDevice(Device.CPU))
            .run(ProgressReporter.NONE);
    assertThat(failed(report, shift == 0 ? "coverage" : "ranks")).contains("a");
  }

  @Test
  void shouldGiveTheSameReportForTheSameSeed() {
    assertThat(validate(exact).json()).isEqualTo(ofExact.json());
  }

  @Test
  void shouldDrawWellFormedFigures() throws Exception {
    for (String figure : new Figures(ofExact).all().values()) {
      assertThat(figure).doesNotContain("NaN").contains("<polyline");
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(figure.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void shouldReplaceTheReportInABundleThatStillLoads() {
    Bundle bundle = LinearGaussianFlows.exact(folder.resolve("b"));
    ReportFiles files = new ReportFiles(ofExact);
    files.attach(bundle.directory());
    files.attach(bundle.directory());
    Manifest manifest = Bundle.load(bundle.directory()).manifest();
    assertThat(manifest.files())
        .containsKeys("calibration/validation.json", "calibration/ranks.svg", "calibration/pp.svg");
    assertThat(manifest.calibration()).containsEntry("passed", true);
    for (String each : List.of("parameters", "groups")) {
      assertThat(manifest.calibration().get(each))
          .asInstanceOf(InstanceOfAssertFactories.list(Object.class))
          .isNotEmpty()
          .allSatisfy(
              one ->
                  assertThat(((Map<?, ?>) one).values()).noneMatch(Collection.class::isInstance));
    }
  }

  @Test
  void shouldRefuseASimulatorOfOtherParameters() {
    Bundle bundle = LinearGaussianFlows.exact(folder.resolve("b"));
    ForwardModel other =
        new ForwardModel() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public List<Parameter> parameters() {
            return MODEL.parameters().subList(0, 1);
          }

          @Override
          public List<Observable> observables() {
            return MODEL.observables();
          }

          @Override
          public Runner newRunner() {
            return MODEL.newRunner();
          }
        };
    assertThatThrownBy(() -> new BundleValidation(bundle, Optional.of(other), settings()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("other");
  }

  private static ValidationReport validate(Bundle bundle) {
    return new BundleValidation(bundle, Optional.of(MODEL), settings()).run(ProgressReporter.NONE);
  }

  private static ValidationSettings settings() {
    return settings(60);
  }

  private static ValidationSettings settings(int groups) {
    ValidationCounts counts = new ValidationCounts(1_000, groups, List.of(1, 10, 100), 2, 3_000);
    return ValidationSettings.of(counts, 4, 1).withDevice(Device.CPU);
  }

  private static List<String> failed(ValidationReport report, String name) {
    return report.checks().stream()
        .filter(check -> !check.passed() && check.name().equals(name))
        .map(Check::subject)
        .distinct()
        .toList();
  }
}
