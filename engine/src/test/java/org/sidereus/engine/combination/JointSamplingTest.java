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
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

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
    engine = PosteriorEngine.open(BUNDLE, EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** The tolerance of the means is in sd. The sampler's own error is 0.02 to 0.03 sd. */
  @ParameterizedTest
  @CsvSource({
    "A10, 0.1, 0.05",
    "A30, 0.1, 0.05",
    "A100, 0.1, 0.05",
    "B10, 0.1, 0.05",
    "B30, 0.1, 0.05",
    "B100, 0.1, 0.05",
    "W10, 0.15, 0.05",
    "B100c5x.5.0, 0.15, 0.05",
    "A100c5x.5.0, 0.2, 0.05",
    "A20c1x.5.3, 0.25, 0.05",
    "B20c1x.5.2, 0.1, 0.05",
    "A10c2x.5.3, 0.25, 0.05",
    "B10c2x.5.3, 0.45, 0.06"
  })
  void shouldAgreeWithASamplerOfAllParameters(String group, double ofMean, double ofSd)
      throws IOException {
    check(group, ofMean, ofSd);
  }

  /** The yields are wrong: 80 of the stars are in tension. */
  @Test
  @Tag("thorough")
  void shouldAgreeWhereMostStarsAreInTension() throws IOException {
    check("W100", 0.15, 0.05);
  }

  private static void check(String group, double ofMean, double ofSd) throws IOException {
    JsonNode reference = reference(group);
    assertThat(BUNDLE.manifest().files().get("emulator.onnx").sha256())
        .as("the sampler used the emulator of the bundle")
        .isEqualTo(reference.path("emulator_sha256").asText());
    Combiner combiner =
        Combiner.of(BUNDLE.manifest(), CombinationMethod.POLYNOMIAL, FlaggedObjects.COUNT);
    GroupState state = GroupState.empty(combiner.length());
    for (ObjectSummary object : engine.infer(rows(reference))) {
      state = state.plus(combiner.contribution(object));
    }
    GroupSummary found = combiner.combine(state);
    assertThat(found.factorized().method()).isEqualTo(CombinationMethod.POLYNOMIAL);
    for (int i = 0; i < found.mean().length; i++) {
      double sd = reference.path("sd").get(i).asDouble();
      assertThat(found.mean()[i])
          .isCloseTo(reference.path("mean").get(i).asDouble(), within(ofMean * sd));
      assertThat(found.sd(i)).isCloseTo(sd, within(ofSd * sd));
    }
  }

  private static JsonNode reference(String group) throws IOException {
    String name = "/org/sidereus/engine/joint-hmc/" + group + ".json";
    try (InputStream in = JointSamplingTest.class.getResourceAsStream(name)) {
      return new JsonMapper().readTree(Objects.requireNonNull(in, name));
    }
  }

  private static List<float[]> rows(JsonNode reference) {
    FeatureEncoder encoder = new FeatureEncoder(BUNDLE.manifest());
    List<float[]> rows = new ArrayList<>();
    for (JsonNode star : reference.path("stars")) {
      Map<String, Measurement> measurements = new HashMap<>();
      for (int o = 0; o < star.size(); o++) {
        measurements.put(
            reference.path("observables").get(o).asText(),
            Measurement.of(star.get(o).asDouble(), reference.path("errors").get(o).asDouble()));
      }
      rows.add(encoder.features(measurements));
    }
    return rows;
  }
}
