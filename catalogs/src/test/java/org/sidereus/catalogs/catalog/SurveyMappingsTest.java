package org.sidereus.catalogs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.testing.LinearGaussianBundle;

/** The mappings that the project ships, on the tables that they describe. */
class SurveyMappingsTest {
  private static final List<Manifest> ABUNDANCES =
      List.of(Manifest.read(Path.of("..", "bundles", "gce-tng", Manifest.FILE)));
  private static final Path SURVEYS = Path.of("..", "surveys");

  @TempDir Path folder;

  private static Path shared(String file) {
    Path path = Path.of(System.getProperty("sidereus.shared", "shared"), "data", "stars", file);
    assumeTrue(
        Files.exists(path),
        "skipped: there is no " + path + "; set -Dsidereus.shared to the folder of reference data");
    return path;
  }

  /** The identifier of the mapping, and nothing else. */
  private static CatalogRoles roles(CatalogSource source) {
    return new CatalogRoles(
        ColumnChoice.required(source.mapping().object().id()),
        ColumnChoice.NONE,
        ColumnChoice.NONE,
        ColumnChoice.NONE);
  }

  private static Map<String, Map<String, Measurement>> read(String mapping, String file) {
    CatalogSource source =
        CatalogSource.of(shared(file), Mapping.read(SURVEYS.resolve(mapping + ".json")));
    Map<String, Map<String, Measurement>> objects = new LinkedHashMap<>();
    try (CatalogReader reader = new CatalogReader(source, ABUNDANCES, roles(source))) {
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (!entry.measurements().isEmpty()) {
          objects.put(entry.id(), entry.measurements());
        }
      }
    }
    return objects;
  }

  /** A flux may be 99.99 or 999 nanomaggies, which other tables write for a missing magnitude. */
  @Test
  void shouldSayWhatIsMissingWhereFluxesAreRead() throws IOException {
    int ofFluxes = 0;
    try (Stream<Path> mappings = Files.list(SURVEYS)) {
      for (Path mapping : mappings.filter(one -> one.toString().endsWith(".json")).toList()) {
        String text = Files.readString(mapping);
        if (text.contains("\"magnitude\":")) {
          ofFluxes++;
          assertThat(text).as("%s", mapping).contains("\"missing\":");
        }
      }
    }
    assertThat(ofFluxes).isGreaterThan(4);
  }

  @ParameterizedTest
  @CsvSource({
    "apogee-dr12, stars_apogee_dr12_subset.csv, apogee-allstar-v603,"
        + " APOGEE-allStar-v603-Hipparcos.fits.gz, 770, 1e-4",
    "harps, stars_harps_abundances.csv, harps-fits, harps_DelgadoMena2017_orig.fits, 1059, 6e-4"
  })
  void shouldReadTheSameFromBothFilesOfASurvey(
      String csvMapping,
      String csv,
      String fitsMapping,
      String fits,
      int objects,
      double rounding) {
    Map<String, Map<String, Measurement>> some = read(csvMapping, csv);
    Map<String, Map<String, Measurement>> original = read(fitsMapping, fits);
    assertThat(some).hasSize(objects);
    assertThat(original.keySet()).containsAll(some.keySet());
    some.forEach(
        (id, measurements) -> {
          Map<String, Measurement> others = original.get(id);
          assertThat(others).as(id).containsOnlyKeys(measurements.keySet());
          measurements.forEach(
              (name, one) -> {
                Measurement other = others.get(name);
                assertThat(one.value()).as(id + name).isCloseTo(other.value(), within(rounding));
                assertThat(one.error()).as(id + name).isCloseTo(other.error(), within(rounding));
              });
        });
  }

  @Test
  void shouldPropagateTheErrorsOfTheFirstStar() {
    // fe_h -0.2789 +- 0.0358, c_h -0.2797 +- 0.0400, floor 0.05; the flag of c_h, 512, only warns
    Map<String, Measurement> star =
        read("apogee-dr12", "stars_apogee_dr12_subset.csv").get("2M00014289+2415111");
    assertThat(star).containsOnlyKeys("C_Fe", "Fe_H", "Mg_Fe", "N_Fe", "O_Fe", "Si_Fe");
    assertThat(star.get("C_Fe").value()).isCloseTo(-0.0008, within(1e-9));
    assertThat(star.get("C_Fe").error()).isCloseTo(0.073359662, within(1e-8));
    assertThat(star.get("Fe_H").error()).isCloseTo(0.061495040, within(1e-8));
  }

  @Test
  void shouldNameAnUnknownColumnAndThoseNearIt() throws IOException {
    Path mapping = folder.resolve("wrong.json");
    Files.writeString(
        mapping,
        """
        {"format": 1, "source": {"kind": "csv"},
         "measurements": {"Fe_H": {"value": {"column": "FeH", "error": "fe_h_err"}}}}
        """);
    Path csv = folder.resolve("stars.csv");
    Files.writeString(csv, "star,fe_h,fe_h_err,mg_h\na,1,2,3\n");
    CatalogSource source = CatalogSource.of(csv, Mapping.read(mapping));
    assertThatThrownBy(() -> new CatalogReader(source, ABUNDANCES, roles(source)))
        .isInstanceOf(SidereusException.class)
        .hasMessage(
            "%s, measurements.Fe_H: %s has no column 'FeH'; near ones are fe_h, mg_h, star, fe_h_err"
                .formatted(mapping, csv));
  }

  @Test
  void shouldRefuseABundleThatReadsNothingOfTheMapping() {
    Mapping mapping = Mapping.read(SURVEYS.resolve("harps.json"));
    CatalogSource source = CatalogSource.of(shared("stars_harps_abundances.csv"), mapping);
    Manifest other = Manifest.parse(LinearGaussianBundle.manifest("other", "1"));
    assertThatThrownBy(() -> new CatalogReader(source, List.of(other), roles(source)))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("harps.json maps none of y1, y2, y3, y4, which the bundle reads");
  }
}
