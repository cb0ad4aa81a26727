package org.sidereus.streams.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.check.MappingCheck;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.schemas.Observation;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * The same table in each format that astropy, pandas and pyarrow wrote, as {@code infer}, {@code
 * mapping check} and the commands of the stream read it: {@code publish}, {@code replay} and {@code
 * demo} take their observations from one class.
 */
class StoredFormatsTest {
  private static final Path STORED =
      Path.of("..", "catalogs", "src", "test", "resources", "tables");
  private static final String MAPPING =
      """
      {"format": 1, "survey": "s", "group": "g", "id_column": "object", "measurements": {
        "y1": {"value": {"linear": {"column": "i"}, "scale": 2}},
        "y2": {"value": {"linear": {"column": "d"}, "scale": 3}}}}
      """;

  @TempDir private Path folder;

  static Stream<Path> stored() throws IOException {
    Stream<Path> tables = Files.list(STORED).filter(Files::isRegularFile);
    return Stream.concat(tables, Stream.of(STORED.resolve("pandas").resolve("table.h5.gz")))
        .filter(file -> !file.toString().endsWith(".py"))
        .sorted();
  }

  private static Manifest bundle() {
    Manifest linear = Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
    List<Observable> observables = linear.observables().subList(0, 2);
    return Manifest.builder()
        .name("two")
        .version("1")
        .parameters(linear.parameters())
        .observables(observables)
        .features(
            observables.stream().map(one -> new Feature(Feature.Kind.VALUE, one.name())).toList())
        .samples(2)
        .build();
  }

  @ParameterizedTest
  @MethodSource("stored")
  void shouldBeTheSameObjectsInEachCommand(Path file) throws IOException {
    Path json = folder.resolve("mapping.json");
    Files.writeString(json, MAPPING);
    Mapping mapping = Mapping.read(json);
    CatalogSource source = CatalogSource.of(file, mapping);
    CatalogColumns columns = CatalogColumns.defaults();

    List<String> published = new ArrayList<>();
    ObservationCatalog catalog = new ObservationCatalog(source, List.of(bundle()), columns);
    catalog.forEach(catalog.outline(), one -> published.add(line(one)));
    assertThat(published)
        .containsExactly("HD 1 y1=2.0 y2=3.0E-300", "x 2 y1=-4.0 y2=6.0", "c y1=6.0 y2=9.0");

    List<String> inferred = new ArrayList<>();
    try (CatalogReader reader =
        new CatalogReader(
            source, List.of(bundle()), columns.columns().forInference(mapping), new Reasons())) {
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        inferred.add(line(entry));
      }
    }
    assertThat(inferred).isEqualTo(published);

    assertThat(checked(file, mapping)).isEqualTo(checked(STORED.resolve("csv.txt"), mapping));
  }

  static Stream<Path> stars() throws IOException {
    return Files.list(STORED.resolve("stars"))
        .filter(file -> !file.toString().endsWith(".py"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("stars")
  void shouldBePublishedAsTheSameStars(Path file) {
    assertThat(published(file))
        .hasSize(3)
        .isEqualTo(published(STORED.resolve("stars").resolve("stars.csv")));
  }

  private static List<Observation> published(Path file) {
    ColumnOptions groups = new ColumnOptions(null, new Grouping("cluster", null), null, null);
    CatalogColumns columns =
        new CatalogColumns("s", groups, Instant.EPOCH, Duration.ofSeconds(1), 0);
    Manifest linear = Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
    ObservationCatalog catalog =
        new ObservationCatalog(CatalogSource.of(file), List.of(linear), columns);
    List<Observation> published = new ArrayList<>();
    catalog.forEach(catalog.outline(), published::add);
    return published;
  }

  private static String line(Observation one) {
    StringBuilder line = new StringBuilder(one.getObject());
    one.getMeasurements()
        .forEach(each -> line.append(" %s=%s".formatted(each.getName(), each.getValue())));
    return line.toString();
  }

  private static String line(CatalogEntry entry) {
    StringBuilder line = new StringBuilder(String.valueOf(entry.id()));
    entry.measurements().forEach((name, one) -> line.append(" %s=%s".formatted(name, one.value())));
    return line.toString();
  }

  /** What {@code mapping check} says, but for the name of the file and its format. */
  private static List<String> checked(Path file, Mapping mapping) {
    List<String> lines = new MappingCheck(CatalogSource.of(file, mapping), bundle()).run();
    return lines.subList(1, lines.size());
  }
}
