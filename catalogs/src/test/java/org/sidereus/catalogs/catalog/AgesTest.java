package org.sidereus.catalogs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Measurement;

/** Ages of a catalogue become times of birth in the universe of the bundle. */
class AgesTest {
  /** In Gyr, as {@code docs/science/simulator.md} says of the model. */
  private static final double UNIVERSE = 13.797617;

  private static final String COLUMN = "{'column':'age','error':'age_err'}";
  private static final Manifest SHIPPED =
      Manifest.read(Path.of("..", "bundles", "gce-tng", Manifest.FILE));

  @TempDir Path folder;

  private static Manifest bundle(String name, @Nullable Double universe) {
    Map<String, Object> provenance = new LinkedHashMap<>(SHIPPED.provenance());
    provenance.remove(Manifest.AGE_OF_UNIVERSE);
    if (universe != null) {
      provenance.put(Manifest.AGE_OF_UNIVERSE, universe);
    }
    return SHIPPED.toBuilder().name(name).provenance(provenance).build();
  }

  /** The measurements of stars with an age and its error, each in a row. */
  private List<@Nullable Measurement> births(
      String quantity, String name, List<Manifest> bundles, String... rows) throws IOException {
    Path file = folder.resolve("survey.json");
    String json =
        "{'format':1,'source':{'kind':'csv'},'measurements':{'Mg_Fe':{'value':{'column':'mg'}},'%s':%s}}"
            .formatted(name, quantity);
    Files.writeString(file, json.replace('\'', '"'));
    Path csv = folder.resolve("stars.csv");
    StringBuilder text = new StringBuilder("star,mg,age,age_err\n");
    for (String row : rows) {
      text.append("s,0.1,").append(row).append('\n');
    }
    Files.writeString(csv, text);
    CatalogRoles roles =
        new CatalogRoles(
            ColumnChoice.required("star"), ColumnChoice.NONE, ColumnChoice.NONE, ColumnChoice.NONE);
    List<@Nullable Measurement> births = new ArrayList<>();
    try (CatalogReader reader =
        new CatalogReader(CatalogSource.of(csv, Mapping.read(file)), bundles, roles)) {
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        births.add(entry.measurements().get(name));
      }
    }
    return births;
  }

  private List<@Nullable Measurement> births(String quantity, String... rows) throws IOException {
    return births(quantity, "T_birth_Gyr", List.of(SHIPPED), rows);
  }

  private static void assertMeasured(
      @Nullable Measurement found, double value, @Nullable Double error) {
    assertThat(found.value()).isCloseTo(value, within(1e-9));
    if (error == null) {
      assertThat(found.error()).isNull();
    } else {
      assertThat(found.error()).isCloseTo(error, within(1e-9));
    }
  }

  @Test
  void shouldMakeATimeOfBirthOfAnAge() throws IOException {
    String age = "{'age':%s}".formatted(COLUMN);
    List<@Nullable Measurement> births = births(age, "4.6,0.92", "0,1.5", "4.6,", ",1");
    assertMeasured(births.get(0), 9.197617, 0.92);
    assertMeasured(births.get(1), UNIVERSE, 1.5);
    assertThat(births.get(2)).isNull();
    assertThat(births.get(3)).isNull();
    assertMeasured(births("{'age':{'column':'age'}}", "4.6,").get(0), 9.197617, null);
  }

  @Test
  void shouldScaleAgesAndTheirErrors() throws IOException {
    String myr = "{'age':{'linear':%s,'scale':0.001}}".formatted(COLUMN);
    assertMeasured(births(myr, "4600,920").get(0), 9.197617, 0.92);
    // log10 of the age in years: 10^9.7 = 5.0118723e9, ln(10) 5.0118723 0.1 = 1.1540263
    String log = "{'age':{'linear':{'power_of_ten':%s},'scale':1e-9}}".formatted(COLUMN);
    assertMeasured(births(log, "9.7,0.1").get(0), UNIVERSE - 5.011872336272722, 1.154026252949081);
  }

  @Test
  void shouldApplyFloorAndLargestErrorToTheAge() throws IOException {
    String age = "{'age':%s,'floor':0.2,'floor_rule':'minimum','largest_error':4}";
    List<@Nullable Measurement> births =
        births(age.formatted(COLUMN), "4.6,0.05", "4.6,4.1", "14.5,0.05");
    assertMeasured(births.get(0), 9.197617, 0.2);
    assertThat(births.get(1)).isNull();
    // impossible with its own error, but not with the floor
    assertMeasured(births.get(2), UNIVERSE - 14.5, 0.2);
  }

  /** Leaving such ages out would select stars by their noise. */
  @ParameterizedTest
  @CsvSource({"14.5,0.2", "18.7,1", "-4.9,1", "-0.2,0.05"})
  void shouldKeepAnAgeThatNoiseExplains(double age, double error) throws IOException {
    Measurement birth = births("{'age':%s}".formatted(COLUMN), age + "," + error).get(0);
    assertMeasured(birth, UNIVERSE - age, error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4600,920 | the age 4600.00 ± 920 Gyr is impossible: with this error it must be from -13.8"
            + " to 27.6 Gyr, because the model's universe is 13.797617 Gyr old",
        "15,0.2 | the age 15.0000 ± 0.200 Gyr is impossible: with this error it must be from -1.00"
            + " to 14.8 Gyr",
        "-5.1,1 | the age -5.10000 ± 1.00 Gyr is impossible",
        "28,4 | the age 28.0000 ± 4.00 Gyr is impossible",
      })
  void shouldSayThatAnAgeIsImpossible(String row, String message) throws IOException {
    String age = "{'age':%s}".formatted(COLUMN);
    assertThatThrownBy(() -> births(age, "4.6,1", row))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll("stars.csv, line 3: ", message, "'impossible': 'missing'");
    String missing = "{'age':%s,'impossible':'missing'}".formatted(COLUMN);
    assertThat(births(missing, "4.6,1", row).get(0)).isNotNull();
    assertThat(births(missing, "4.6,1", row).get(1)).isNull();
  }

  @Test
  void shouldTakeTheUniverseOfTheBundle() throws IOException {
    String age = "{'age':%s}".formatted(COLUMN);
    assertMeasured(
        births(age, "T_birth_Gyr", List.of(bundle("young", 12.5)), "4.6,0.92").get(0), 7.9, 0.92);
  }

  @Test
  void shouldRefuseAnAgeWhereTheUniverseIsNotKnown() {
    String age = "{'age':%s}".formatted(COLUMN);
    assertThatThrownBy(() -> births(age, "T_birth_Gyr", List.of(bundle("old", null)), "4.6,1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(
            "survey.json, measurements.T_birth_Gyr.age: ",
            "the bundle old does not say the age of its universe");
    List<Manifest> two = List.of(SHIPPED, bundle("young", 12.5));
    assertThatThrownBy(() -> births(age, "T_birth_Gyr", two, "4.6,1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(
            "the universes of the bundles have different ages in Gyr,"
                + " {13.797617=gce-tng, 12.5=young}");
    assertThatThrownBy(() -> births(age, "Fe_H", List.of(SHIPPED), "4.6,1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("an age becomes a parameter in Gyr, but Fe_H of the bundle gce-tng");
  }
}
