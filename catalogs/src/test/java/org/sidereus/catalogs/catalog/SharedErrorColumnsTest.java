package org.sidereus.catalogs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.SharedError;

class SharedErrorColumnsTest {
  private static final List<String> NAMES = List.of("Fe_H", "O_Fe", "Mg_Fe");

  private static final String DIFFERENCES =
      """
      "Fe_H": {"value": {"column": "fe", "error": "efe"}},
      "O_Fe": {"value": {"difference": [{"column": "o", "error": "eo"},
                                        {"column": "fe", "error": "efe"}]}},
      "Mg_Fe": {"value": {"difference": [{"column": "mg", "error": "emg"},
                                         {"column": "fe", "error": "efe"}]},
                "floor": 0.01, "floor_rule": "quadrature"}\
      """;

  private static final String TABLE =
      """
      id,fe,efe,o,eo,mg,emg
      a,-0.3,0.05,0.1,0.03,0.2,0.04
      b,-0.3,0.05,0.1,0.03,,
      c,-0.3,,0.1,0.03,0.2,0.04
      """;

  @TempDir Path folder;

  private static Manifest bundle() {
    List<Feature> features = new ArrayList<>();
    for (Feature.Kind kind : List.of(Feature.Kind.VALUE, Feature.Kind.ERROR, Feature.Kind.MASK)) {
      NAMES.forEach(name -> features.add(new Feature(kind, name)));
    }
    return Manifest.builder()
        .name("b")
        .version("1")
        .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
        .observables(NAMES.stream().map(name -> new Observable(name, "dex", 0.05)).toList())
        .features(features)
        .samples(2)
        .build();
  }

  private Mapping mapping(String measurements, String more) throws IOException {
    Path file = folder.resolve("mapping.json");
    Files.writeString(
        file,
        "{\"format\": 1, \"source\": {\"kind\": \"csv\"}, \"measurements\": {%s}%s}"
            .formatted(measurements, more));
    return Mapping.read(file);
  }

  private List<CatalogEntry> read(String table, Mapping mapping) throws IOException {
    Path file = folder.resolve("stars.csv");
    Files.writeString(file, table);
    CatalogRoles roles = ColumnOptions.NONE.forInference(mapping);
    List<CatalogEntry> entries = new ArrayList<>();
    try (CatalogReader reader =
        new CatalogReader(CatalogSource.of(file, mapping), List.of(bundle()), roles)) {
      for (CatalogEntry one = reader.next(); one != null; one = reader.next()) {
        entries.add(one);
      }
    }
    return entries;
  }

  @Test
  void shouldShareTheErrorOfAColumnThatSeveralMeasurementsAreMadeFrom() throws IOException {
    List<CatalogEntry> entries = read(TABLE, mapping(DIFFERENCES, ""));
    CatalogEntry full = entries.get(0);
    assertThat(full.measurements().get("Mg_Fe").error())
        .as("the total error")
        .isCloseTo(Math.sqrt(0.05 * 0.05 + 0.04 * 0.04 + 0.01 * 0.01), within(1e-12));
    assertThat(full.sharedErrors())
        .containsExactly(
            new SharedError(0.05, true, Map.of("Fe_H", 1.0, "O_Fe", -1.0, "Mg_Fe", -1.0)));
    assertThat(entries.get(1).sharedErrors())
        .containsExactly(new SharedError(0.05, true, Map.of("Fe_H", 1.0, "O_Fe", -1.0)));
    assertThat(entries.get(2).sharedErrors()).as("nothing was measured").isEmpty();
  }

  @Test
  void shouldTakeDifferencesAsIndependentWhereAsked() throws IOException {
    List<CatalogEntry> entries = read(TABLE, mapping(DIFFERENCES, ", \"shared_columns\": false"));
    assertThat(entries).allMatch(one -> one.sharedErrors().isEmpty());
  }

  @Test
  void shouldGiveAColumnThatEntersTwiceOneError() throws IOException {
    // (o - fe) + 2 fe = o + fe
    String twice =
        """
        "O_Fe": {"value": {"difference": [
          {"difference": [{"column": "o", "error": "eo"}, {"column": "fe", "error": "efe"}]},
          {"linear": {"column": "fe", "error": "efe"}, "scale": -2}]}}\
        """;
    CatalogEntry entry = read(TABLE, mapping(twice, "")).get(0);
    assertThat(entry.measurements().get("O_Fe").error())
        .isCloseTo(Math.hypot(0.03, 0.05), within(1e-12));
  }

  @Test
  void shouldReadSharedErrorsOfAMapping() throws IOException {
    String plain =
        """
        "Fe_H": {"value": {"column": "fe", "error": "efe"}},
        "O_Fe": {"value": {"column": "o", "error": "eo"}}\
        """;
    String shared =
        """
        , "shared_errors": [
          {"error": "emg", "included": false, "coefficients": {"Fe_H": 1, "O_Fe": -0.5}},
          {"error": 0.02, "included": true, "coefficients": {"O_Fe": 1}}]\
        """;
    List<CatalogEntry> entries = read(TABLE, mapping(plain, shared));
    assertThat(entries.get(0).sharedErrors())
        .containsExactly(
            new SharedError(0.04, false, Map.of("Fe_H", 1.0, "O_Fe", -0.5)),
            new SharedError(0.02, true, Map.of("O_Fe", 1.0)));
    assertThat(entries.get(1).sharedErrors().get(0).error()).as("not known: refused").isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error': 0.1, 'coefficients': {'Fe_H': 1}} | the key 'included' is missing",
        "{'error': 0.1, 'included': 1, 'coefficients': {'Fe_H': 1}} | must be true or false",
        "{'error': 0.1, 'included': true, 'coefficients': {}} | coefficients is empty",
        "{'error': -1, 'included': true, 'coefficients': {'Fe_H': 1}} | must be positive",
        "{'included': true, 'coefficients': {'Fe_H': 1}} | neither error nor inverse_variance",
        "{'error': 0.1, 'included': true, 'coefficients': {'Si_Fe': 1}} | enters Si_Fe, which is",
      })
  void shouldNameWhatIsWrongInAMapping(String shared, String message) {
    String quoted = ", \"shared_errors\": [" + shared.replace('\'', '"') + "]";
    assertThatThrownBy(() -> mapping(DIFFERENCES, quoted))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldReadTheColumnOfAPlainTable() throws IOException {
    String table =
        """
        id,Fe_H,O_Fe,Mg_Fe,shared_errors
        a,1,2,3,0.05 included Fe_H -O_Fe -0.5*Mg_Fe; 0.02 added O_Fe Mg_Fe
        b,1,2,,0.05 included Fe_H -O_Fe -0.5*Mg_Fe
        c,1,2,3,
        """;
    List<CatalogEntry> entries = read(table, null);
    assertThat(entries.get(0).sharedErrors())
        .containsExactly(
            new SharedError(0.05, true, Map.of("Fe_H", 1.0, "O_Fe", -1.0, "Mg_Fe", -0.5)),
            new SharedError(0.02, false, Map.of("O_Fe", 1.0, "Mg_Fe", 1.0)));
    assertThat(entries.get(1).sharedErrors())
        .containsExactly(new SharedError(0.05, true, Map.of("Fe_H", 1.0, "O_Fe", -1.0)));
    assertThat(entries.get(2).sharedErrors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.05 Fe_H O_Fe, is no shared error; write",
    "0.05 included, is no shared error; write",
    "x included Fe_H, 'x' is no number",
    "0.05 included Fe_H Fe_H, names Fe_H twice",
    "0.05 included Fe_X, 'a shared error enters Fe_X, but there is no such column'",
  })
  void shouldNameTheCellThatIsWrong(String cell, String message) {
    String table = "id,Fe_H,O_Fe,Mg_Fe,shared_errors\na,1,2,3," + cell + "\n";
    assertThatThrownBy(() -> read(table, null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining(message);
  }
}
