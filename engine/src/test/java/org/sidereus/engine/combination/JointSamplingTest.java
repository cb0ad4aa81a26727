package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.engine.inference.SharedError;

/**
 * Groups beside Hamiltonian Monte Carlo over the shared and all local parameters, which does not
 * use the flow: the results of studies/joint-hmc (docs/science/joint-sampling.md).
 */
final class JointSamplingTest {
  private static final Bundle BUNDLE =
      Bundle.load(BundleLocator.ofInstallation().locate("gce-tng"));
  private static PosteriorEngine engine;

  @BeforeAll
  static void open() {
    engine = PosteriorEngine.open(BUNDLE, EngineOptions.defaults().withKernels(Kernels.FLOAT32));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** The tolerance of the means is in sd. The sampler's own error is 0.02 to 0.03 sd. */
  @ParameterizedTest
  @CsvSource({
    "A10, 0.1, 0.03",
    "A30, 0.1, 0.03",
    "A100, 0.1, 0.03",
    "B10, 0.1, 0.03",
    "B30, 0.1, 0.03",
    "B100, 0.1, 0.03",
    "W10, 0.1, 0.05",
    "B100c5x.5.0, 0.1, 0.03",
    "A100c5x.5.0, 0.15, 0.05",
    "A20c1x.5.3, 0.1, 0.03",
    "B20c1x.5.2, 0.1, 0.03",
    "A10c2x.5.3, 0.15, 0.05",
    "B10c2x.5.3, 0.3, 0.05"
  })
  void shouldAgreeWithASamplerOfAllParameters(String group, double ofMean, double ofSd)
      throws IOException {
    JsonNode reference = reference(group);
    check(reference, reference, FlaggedObjects.COUNT, ofMean, ofSd);
  }

  /** What is published by default: flagged stars are left out, and of those that remain sampled. */
  @ParameterizedTest
  @ValueSource(
      strings = {"A10c2x.5.3", "A20c1x.5.3", "A100c5x.5.0", "B10c2x.5.3", "B20c1x.5.2", "W100"})
  void shouldAgreeWithASamplerOfTheStarsThatAreNotLeftOut(String group) throws IOException {
    check(reference(group), reference("remaining/" + group), FlaggedObjects.LEAVE_OUT, 0.1, 0.03);
  }

  /**
   * The yields are wrong: 80 of the stars are in tension. The sampler's own error of an sd is 1.6
   * %.
   */
  @Test
  @Tag("thorough")
  void shouldAgreeWhereMostStarsAreInTension() throws IOException {
    JsonNode group = reference("W100");
    check(group, group, FlaggedObjects.COUNT, 0.1, 0.06);
  }

  /** The measurements of the stars share an error, for which the flow was not trained. */
  @ParameterizedTest
  @CsvSource({"S100, 0.1, 0.05", "S200, 0.15, 0.05"})
  void shouldAgreeWhereMeasurementsShareAnError(String name, double ofMean, double ofSd)
      throws IOException {
    JsonNode group = reference(name);
    check(group, group, FlaggedObjects.COUNT, ofMean, ofSd);
  }

  /**
   * The samplers have the likelihood in float32, and so has the engine here. Where the processor
   * has bfloat16, groups move by a few thousandths of their standard deviations, and by more where
   * most stars are in tension (W100) or share an error (S200).
   */
  @ParameterizedTest
  @CsvSource({"B10, 0.01", "B100c5x.5.0, 0.01", "W10, 0.01", "W100, 0.05", "S200, 0.1"})
  void shouldMoveLittleInBfloat16(String name, double ofMean) throws IOException {
    JsonNode group = reference(name);
    GroupSummary exact = combined(engine, group, FlaggedObjects.COUNT);
    try (PosteriorEngine fast = PosteriorEngine.open(BUNDLE, EngineOptions.defaults())) {
      GroupSummary rounded = combined(fast, group, FlaggedObjects.COUNT);
      for (int i = 0; i < exact.mean().length; i++) {
        assertThat(rounded.mean()[i]).isCloseTo(exact.mean()[i], within(ofMean * exact.sd(i)));
        assertThat(rounded.sd(i)).isCloseTo(exact.sd(i), within(0.01 * exact.sd(i)));
      }
    }
  }

  /** A star far from its group has a polynomial that is less exact there. */
  @Test
  void shouldSayThatAGroupWithAStarFarAwayIsLessExact() throws IOException {
    GroupSummary clean = combined(reference("B10"), FlaggedObjects.COUNT);
    assertThat(clean.informationLoss()).isLessThan(0.005);
    JsonNode reference = reference("B10c2x.5.3");
    GroupSummary wrong = combined(reference, FlaggedObjects.COUNT);
    double[] off = new double[2];
    for (int i = 0; i < off.length; i++) {
      off[i] =
          (wrong.mean()[i] - reference.path("mean").get(i).asDouble())
              / reference.path("sd").get(i).asDouble();
    }
    double correlation = reference.path("correlation").asDouble();
    double square = off[0] * off[0] + off[1] * off[1] - 2 * correlation * off[0] * off[1];
    double real = square / (1 - correlation * correlation) / (2 * Math.log(2));
    assertThat(wrong.informationLoss()).isBetween(0.5 * real, 3 * real);
  }

  /**
   * The stars are 5 to 10 of their sds from the prior's mean, where another group could be. The
   * linear coefficients are the slope there; the same star with 18 times as many samples is right.
   */
  @Test
  void shouldKnowTheLikelihoodOfAStarFarFromIt() throws IOException {
    List<float[]> rows = rows(reference("B10"));
    EngineOptions many = EngineOptions.defaults().withKernels(Kernels.FLOAT32).withSamples(16_384);
    List<ObjectSummary> exact;
    try (PosteriorEngine large = PosteriorEngine.open(BUNDLE, many)) {
      exact = large.infer(rows);
    }
    List<ObjectSummary> found = engine.infer(rows);
    for (int i = 0; i < rows.size(); i++) {
      double[] slope = Objects.requireNonNull(found.get(i).sharedLogRatio());
      double[] right = Objects.requireNonNull(exact.get(i).sharedLogRatio());
      for (int k = 0; k < 2; k++) {
        double sd = exact.get(i).sd(k) / 0.3;
        assertThat(slope[1 + k] * sd).as("star " + i).isCloseTo(right[1 + k] * sd, within(1.0));
      }
    }
  }

  private static void check(
      JsonNode group, JsonNode reference, FlaggedObjects flagged, double ofMean, double ofSd) {
    assertThat(BUNDLE.manifest().files().get("emulator.onnx").sha256())
        .as("the sampler used the emulator of the bundle")
        .isEqualTo(reference.path("emulator_sha256").asText());
    GroupSummary found = combined(group, flagged);
    assertThat(found.factorized().method()).isEqualTo(CombinationMethod.POLYNOMIAL);
    assertThat(found.leftOutObjects())
        .as("the sampler had the same stars")
        .isEqualTo(reference.path("left_out").size());
    for (int i = 0; i < found.mean().length; i++) {
      double sd = reference.path("sd").get(i).asDouble();
      assertThat(found.mean()[i])
          .isCloseTo(reference.path("mean").get(i).asDouble(), within(ofMean * sd));
      assertThat(found.sd(i)).isCloseTo(sd, within(ofSd * sd));
    }
  }

  private static GroupSummary combined(JsonNode group, FlaggedObjects flagged) {
    return combined(engine, group, flagged);
  }

  private static GroupSummary combined(
      PosteriorEngine engine, JsonNode group, FlaggedObjects flagged) {
    Combiner combiner = Combiner.of(BUNDLE.manifest(), CombinationMethod.POLYNOMIAL, flagged);
    GroupState state = GroupState.empty(combiner.length());
    for (ObjectSummary object : engine.infer(rows(group))) {
      state = state.plus(combiner.contribution(object));
    }
    return combiner.combine(state);
  }

  private static JsonNode reference(String group) throws IOException {
    String name = "/org/sidereus/engine/joint-hmc/" + group + ".json";
    try (InputStream in = JointSamplingTest.class.getResourceAsStream(name)) {
      return new JsonMapper().readTree(Objects.requireNonNull(in, name));
    }
  }

  private static List<float[]> rows(JsonNode reference) {
    FeatureEncoder encoder = new FeatureEncoder(BUNDLE.manifest());
    List<SharedError> shared = sharedErrors(reference);
    List<float[]> rows = new ArrayList<>();
    for (JsonNode star : reference.path("stars")) {
      Map<String, Measurement> measurements = new HashMap<>();
      for (int o = 0; o < star.size(); o++) {
        measurements.put(
            reference.path("observables").get(o).asText(),
            Measurement.of(star.get(o).asDouble(), reference.path("errors").get(o).asDouble()));
      }
      rows.add(((Encoding.Row) encoder.encode(measurements, shared)).features());
    }
    return rows;
  }

  private static List<SharedError> sharedErrors(JsonNode reference) {
    if (!reference.has("shared_error")) {
      return List.of();
    }
    Map<String, Double> coefficients = new HashMap<>();
    for (int o = 0; o < reference.path("observables").size(); o++) {
      coefficients.put(
          reference.path("observables").get(o).asText(),
          reference.path("coefficients").get(o).asDouble());
    }
    return List.of(new SharedError(reference.path("shared_error").asDouble(), true, coefficients));
  }
}
