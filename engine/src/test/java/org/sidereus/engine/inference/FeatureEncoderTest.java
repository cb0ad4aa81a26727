package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Feature.Kind;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.Encoding.Reason;

class FeatureEncoderTest {
  private final FeatureEncoder plain =
      encoder(new Feature(Kind.VALUE, "z"), new Feature(Kind.VALUE, "y"));
  private final FeatureEncoder rich =
      encoder(
          new Feature(Kind.VALUE, "y"),
          new Feature(Kind.ERROR, "y"),
          new Feature(Kind.VALUE, "z"),
          new Feature(Kind.ERROR, "z"),
          new Feature(Kind.MASK, "z"),
          new Feature(Kind.COVARIATE, "t"),
          new Feature(Kind.COVARIATE_ERROR, "t"),
          new Feature(Kind.COVARIATE_MASK, "t"));

  private static FeatureEncoder encoder(Feature... features) {
    return Encoders.of(
        List.of(new Observable("y", "", 0.05), new Observable("z", "", null)), features);
  }

  private static float[] row(Encoding encoding) {
    assertThat(encoding).isInstanceOf(Encoding.Row.class);
    return ((Encoding.Row) encoding).features();
  }

  private static void refused(Encoding encoding, Reason reason, String name) {
    assertThat(encoding).isInstanceOf(Encoding.Refused.class);
    assertThat(((Encoding.Refused) encoding).reason()).isEqualTo(reason);
    assertThat(((Encoding.Refused) encoding).detail()).contains(name);
  }

  @Test
  void shouldOrderValuesAsTheFeatures() {
    Map<String, Measurement> measurements =
        Map.of("y", Measurement.of(1), "z", Measurement.of(2, 0.3), "other", Measurement.of(9));
    assertThat(row(plain.encode(measurements))).containsExactly(2, 1);
  }

  @Test
  void shouldWriteErrorsMasksAndCovariates() {
    Map<String, Measurement> all =
        Map.of("y", Measurement.of(1), "z", Measurement.of(2, 0.25), "t", Measurement.of(7, 0.5));
    assertThat(row(rich.encode(all))).containsExactly(1, 0.05f, 2, 0.25f, 1, 7, 0.5f, 1);
    assertThat(row(rich.encode(Map.of("y", Measurement.of(1, 0.5)))))
        .containsExactly(1, 0.5f, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void shouldRefuseWhatIsMissing() {
    refused(plain.encode(Map.of("y", Measurement.of(1))), Reason.MISSING_OBSERVABLE, "z");
    refused(rich.encode(Map.of("z", Measurement.of(1, 1))), Reason.MISSING_OBSERVABLE, "y");
    refused(
        rich.encode(Map.of("y", Measurement.of(1), "z", Measurement.of(1))),
        Reason.MISSING_OBSERVABLE,
        "z has no error");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e39})
  void shouldRefuseValuesThatAreNoFiniteFloats(double value) {
    Map<String, Measurement> measurements = new HashMap<>();
    measurements.put("z", Measurement.of(0));
    measurements.put("y", Measurement.of(value));
    refused(plain.encode(measurements), Reason.NOT_FINITE, "y");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY, 1e-60, 1e60})
  void shouldRefuseErrorsEvenWhereTheyAreNotUsed(double error) {
    refused(
        plain.encode(Map.of("y", Measurement.of(1, error), "z", Measurement.of(1))),
        Reason.NON_POSITIVE_ERROR,
        "y");
  }

  @Test
  void shouldRefuseAnObjectOfWhichNothingWasMeasured() {
    FeatureEncoder forgiving =
        encoder(
            new Feature(Kind.VALUE, "y"),
            new Feature(Kind.MASK, "y"),
            new Feature(Kind.VALUE, "z"),
            new Feature(Kind.MASK, "z"),
            new Feature(Kind.COVARIATE, "t"));
    refused(forgiving.encode(Map.of("t", Measurement.of(1))), Reason.MISSING_OBSERVABLE, "none of");
    assertThat(row(forgiving.encode(Map.of("t", Measurement.of(1), "z", Measurement.of(2)))))
        .containsExactly(0, 0, 2, 1, 1);
  }
}
