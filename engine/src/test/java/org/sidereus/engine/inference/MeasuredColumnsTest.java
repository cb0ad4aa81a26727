package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Feature.Kind;
import org.sidereus.engine.bundle.Observable;

/** Columns give the features, or the refusal, that a map of the same measurements gives. */
class MeasuredColumnsTest {
  private static final List<String> NAMES = List.of("x", "y", "z", "t", "u", "other");

  private final FeatureEncoder encoder =
      encoder(
          new Feature(Kind.VALUE, "y"),
          new Feature(Kind.ERROR, "y"),
          new Feature(Kind.VALUE, "x"),
          new Feature(Kind.VALUE, "z"),
          new Feature(Kind.ERROR, "z"),
          new Feature(Kind.MASK, "z"),
          new Feature(Kind.COVARIATE, "t"),
          new Feature(Kind.COVARIATE_ERROR, "t"),
          new Feature(Kind.COVARIATE_MASK, "t"));

  private final FeatureEncoder other = encoder(new Feature(Kind.VALUE, "z"));

  private static FeatureEncoder encoder(Feature... features) {
    return Encoders.of(
        List.of(
            new Observable("x", "", 0.1),
            new Observable("y", "", 0.05),
            new Observable("z", "", null)),
        features);
  }

  @Provide
  Arbitrary<List<Map.Entry<String, Measurement>>> measured() {
    Arbitrary<Double> numbers =
        Arbitraries.of(0.5, 2.0, 0.25, 4.0, -1.0, 0.0, 1e300, 1e-300, Double.NaN);
    Arbitrary<Double> usual = Arbitraries.of(0.5, 2.0, 0.25, 4.0);
    Arbitrary<Double> some =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, usual), net.jqwik.api.Tuple.of(1, numbers));
    return Combinators.combine(Arbitraries.of(NAMES), some, some.injectNull(0.2))
        .as((name, value, error) -> Map.entry(name, new Measurement(value, error)))
        .list()
        .uniqueElements(Map.Entry::getKey)
        .ofMaxSize(NAMES.size());
  }

  @Property(tries = 5000)
  void shouldGiveWhatAMapGives(@ForAll("measured") List<Map.Entry<String, Measurement>> measured) {
    Map<String, Measurement> map = new LinkedHashMap<>();
    measured.forEach(one -> map.put(one.getKey(), one.getValue()));
    MeasuredColumns columns = columns(measured, new MeasuredNames(names(measured)));

    assertThat(columns).isEqualTo(map);
    assertThat(new ArrayList<>(columns.entrySet())).isEqualTo(new ArrayList<>(map.entrySet()));
    for (FeatureEncoder one : List.of(encoder, other, encoder)) {
      assertSame(one.encode(columns), one.encode(map));
      List<SharedError> shared = List.of(new SharedError(0.5, false, Map.of("y", 1.0)));
      assertSame(one.encode(columns, shared), one.encode(map, shared));
    }
  }

  @Test
  void shouldTakeNamesAgainForObjectsThatHaveTheSame() {
    MeasuredNames names = new MeasuredNames(List.of("z", "y", "x"));

    for (double value : new double[] {1, 2}) {
      Map<String, Measurement> map = new HashMap<>();
      names.list().forEach(name -> map.put(name, Measurement.of(value, 0.5)));
      double[] values = {value, value, value};
      MeasuredColumns columns = new MeasuredColumns(names, values, new Double[] {0.5, 0.5, 0.5});
      assertThat(encoder.encode(columns)).isInstanceOf(Encoding.Row.class);
      assertSame(encoder.encode(columns), encoder.encode(map));
    }
  }

  @Test
  void shouldRefuseANameThatIsThereTwice() {
    MeasuredNames names = new MeasuredNames(List.of("x", "y", "z", "y", "x"));

    assertThat(names.repeated()).contains("y");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeasuredColumns(names, new double[5], new Double[0]))
        .withMessage("y is measured twice");
  }

  private static List<String> names(List<Map.Entry<String, Measurement>> measured) {
    return measured.stream().map(Map.Entry::getKey).toList();
  }

  private static MeasuredColumns columns(
      List<Map.Entry<String, Measurement>> measured, MeasuredNames names) {
    double[] values = measured.stream().mapToDouble(one -> one.getValue().value()).toArray();
    Double[] errors = measured.stream().map(one -> one.getValue().error()).toArray(Double[]::new);
    boolean none = measured.stream().allMatch(one -> one.getValue().error() == null);
    return new MeasuredColumns(names, values, none ? new Double[0] : errors);
  }

  private static void assertSame(Encoding columns, Encoding map) {
    assertThat(columns).hasSameClassAs(map);
    if (columns instanceof Encoding.Row row) {
      assertThat(row.features()).isEqualTo(((Encoding.Row) map).features());
    } else {
      assertThat(columns).isEqualTo(map);
    }
  }
}
