package org.sidereus.streams.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.time.TimeFormat;
import org.sidereus.catalogs.time.TimeStyle;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.testing.LinearGaussianBundle;

class ObservationCatalogTest {
  private static final Manifest LINEAR =
      Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
  private static final List<Observable> OBSERVABLES = LINEAR.observables().subList(0, 2);
  private static final Manifest BUNDLE = bundle(Feature.Kind.VALUE);
  private static final Manifest MASKED = bundle(Feature.Kind.VALUE, Feature.Kind.MASK);

  @TempDir private Path folder;

  /** A bundle of the observables y1 and y2. */
  private static Manifest bundle(Feature.Kind... kinds) {
    return Manifest.builder()
        .name("two")
        .version("1")
        .parameters(LINEAR.parameters())
        .observables(OBSERVABLES)
        .features(
            OBSERVABLES.stream()
                .flatMap(one -> Stream.of(kinds).map(kind -> new Feature(kind, one.name())))
                .toList())
        .samples(2)
        .build();
  }

  private ObservationCatalog catalog(String text) throws IOException {
    return catalog(text, CatalogColumns.defaults());
  }

  private ObservationCatalog catalog(String text, CatalogColumns columns) throws IOException {
    Path file = folder.resolve("field-7.csv");
    Files.writeString(file, text);
    return new ObservationCatalog(CatalogSource.of(file), List.of(BUNDLE), columns);
  }

  private static List<Observation> read(ObservationCatalog catalog) {
    List<Observation> all = new ArrayList<>();
    catalog.forEach(catalog.outline(), all::add);
    return all;
  }

  @Test
  void shouldTakeNamesAndTimesFromTheFileWhereThereAreNoColumns() throws IOException {
    List<Observation> all = read(catalog("star,y2,y1,y1_err,note\n7,2,1,0.5,x\n8,4,3,,y\n"));
    assertThat(all).extracting(Observation::getObject).containsExactly("7", "8");
    assertThat(all).extracting(Observation::getGroup).containsOnly("field-7");
    assertThat(all).extracting(Observation::getSurvey).containsOnly("field-7");
    assertThat(all).extracting(Observation::getDated).containsOnly(false);
    assertThat(all.get(0).getMeasurements())
        .containsExactly(new Measurement("y1", 1.0, 0.5), new Measurement("y2", 2.0, null));
    assertThat(all.get(1).getMeasurements().get(0).getError()).isNull();
  }

  @Test
  void shouldUseTheColumnsThatItIsTold() throws IOException {
    CatalogColumns columns =
        new CatalogColumns(
            "s",
            new ColumnOptions(
                "name",
                new Grouping("host", null),
                "seen",
                null,
                new TimeStyle(TimeFormat.UNIX_MILLISECONDS, null)),
            Instant.EPOCH,
            Duration.ofSeconds(1),
            3);
    List<Observation> all =
        read(catalog("y1,y2,name,host,seen\n1,2,b,G,1767225602000\n1,2,a,,1000\n", columns));
    assertThat(all).extracting(Observation::getObject).containsExactly("a", "b");
    assertThat(all.get(0).getGroup()).isNull();
    assertThat(all.get(0).getTime()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(all).extracting(Observation::getDated).containsOnly(true);
    assertThat(all.get(1).getGroup()).isEqualTo("G");
    assertThat(all.get(1).getRevision()).isEqualTo(3);
    assertThat(all.get(1).getSurvey()).isEqualTo("s");
  }

  @Test
  void shouldGiveTheRowsTimesOnlyWhereItIsTold() throws IOException {
    CatalogColumns told =
        new CatalogColumns(null, ColumnOptions.NONE, Instant.EPOCH, Duration.ofSeconds(2), 0);
    assertThat(read(catalog("id,y1,y2\na,1,2\nb,1,2\n", told)))
        .extracting(Observation::getTime)
        .containsExactly(Instant.EPOCH, Instant.ofEpochSecond(2));
    assertThat(catalog("id,y1,y2\na,1,2\n").outline().latest()).isEmpty();
  }

  @Test
  void shouldCountTheRowsWhoseObjectIsInAnotherGroup() throws IOException {
    String rows = "id,group,y1,y2\na,G,1,2\nb,G,1,2\na,H,1,2\na,H,1,2\nb,,1,2\n";
    assertThat(catalog(rows).outline().moving()).isOne();
  }

  @Test
  void shouldWithdrawTheObjectsOfACatalogue() throws IOException {
    assertThat(read(catalog("id,group,y1,y2\na,G,1,2\n").withdrawals()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getKind()).isEqualTo(ObservationKind.WITHDRAWAL);
              assertThat(one.getSurvey()).isEqualTo("field-7");
              assertThat(one.getObject()).isEqualTo("a");
              assertThat(one.getGroup()).isNull();
              assertThat(one.getMeasurements()).isEmpty();
            });
  }

  @Test
  void shouldNameTheVisits() throws IOException {
    assertThat(read(catalog("id,visit,y1,y2\na,n1,1,2\na,,1,2\n")))
        .extracting(Observation::getVisit)
        .containsExactly("n1", null);
    assertThat(read(catalog("id,y1,y2\na,1,2\n")).get(0).getVisit()).isNull();
    CatalogColumns columns =
        new CatalogColumns(
            null,
            new ColumnOptions(null, Grouping.NONE, null, "night"),
            Instant.EPOCH,
            Duration.ofSeconds(1),
            0);
    assertThat(read(catalog("night,y1,y2\nn7,1,2\n", columns)))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getVisit()).isEqualTo("n7");
              assertThat(one.getObject()).isEqualTo("1");
            });
  }

  @Test
  void shouldNameTheBundleThatInfers() throws IOException {
    ObservationCatalog catalog = catalog("id,y1,y2\na,1,2\n");
    assertThat(read(catalog).get(0).getBundle()).isNull();
    assertThat(read(catalog.inferredBy("two")).get(0).getBundle()).isEqualTo("two");
  }

  @Test
  void shouldPassOnWhatTheStreamHasToJudge() throws IOException {
    List<Observation> all = read(catalog("id,y1,y2\na,NaN,\n,1,2\n"));
    assertThat(all.get(0).getMeasurements()).hasSize(1);
    assertThat(all.get(0).getMeasurements().get(0).getValue()).isNaN();
    assertThat(all.get(1).getObject()).isEmpty();
  }

  @Test
  void shouldCountTheRowsWhereTheFirstColumnIsAnObservable() throws IOException {
    assertThat(read(catalog("y1,y2\n1,2\n3,4\n")))
        .extracting(Observation::getObject)
        .containsExactly("1", "2");
  }

  @Test
  void shouldPublishWhatAMappingMakesOfASurvey() throws IOException {
    Path json = folder.resolve("survey.json");
    Files.writeString(
        json,
        """
        {"format": 1, "source": {"kind": "csv"}, "survey": "deep", "id_column": "star",
         "group_column": "class", "visit_column": "night", "missing": [-99],
         "measurements": {
           "y2": {"value": {"column": "b", "error": "b_err"}, "floor": 4,
                  "floor_rule": "quadrature"},
           "y1": {"value": {"column": "a"}},
           "y9": {"value": {"column": "a"}}}}
        """);
    Path file = folder.resolve("field-7.csv");
    Files.writeString(file, "star,a,b,b_err,class,night\ns,1,2,3,thin,n1\nt,-99,2,0,,\n");
    Mapping mapping = Mapping.read(json);
    CatalogSource source = CatalogSource.of(file, mapping);
    List<Observation> all =
        read(new ObservationCatalog(source, List.of(BUNDLE), CatalogColumns.defaults()));
    assertThat(all).extracting(Observation::getSurvey).containsOnly("deep");
    assertThat(all).extracting(Observation::getGroup).containsExactly("thin", null);
    assertThat(all).extracting(Observation::getVisit).containsExactly("n1", null);
    assertThat(all.get(0).getMeasurements())
        .containsExactly(new Measurement("y1", 1.0, null), new Measurement("y2", 2.0, 5.0));
    assertThat(all.get(1).getMeasurements()).isEmpty();

    CatalogColumns told =
        new CatalogColumns(
            "s",
            new ColumnOptions("class", new Grouping(null, "g"), null, null),
            Instant.EPOCH,
            Duration.ofSeconds(1),
            0);
    List<Observation> overruled = read(new ObservationCatalog(source, List.of(BUNDLE), told));
    assertThat(overruled.get(0).getSurvey()).isEqualTo("s");
    assertThat(overruled.get(0).getObject()).isEqualTo("thin");
    assertThat(overruled.get(0).getGroup()).isEqualTo("g");
  }

  @Test
  void shouldNameTheLineOfABrokenRow() throws IOException {
    assertRefused("id,y1,y2\na,1,2\nb,1\n", "line 3", "2 cells");
    assertRefused("id,y1,y2\na,1,two\n", "line 2", "'two'", "y2");
    assertRefused("id,y1,y2\na,1,2d\n", "line 2", "'2d'");
    assertRefused("id,time,y1,y2\na,yesterday,2,3\n", "line 2", "'yesterday'");
    assertRefused("id,y1,y1\na,1,2\n", "y1", "twice");
    assertRefused("id,z\na,1\n", "y1, y2");
    assertRefused("id,y1,y2\n", "no rows");
    assertRefused("", "empty");
  }

  @Test
  void shouldNameTheColumnOfAnObservableThatIsAbsent() throws IOException {
    assertRefused("id,y1\na,1\n", "has no column y2, which the bundle two reads", "line 1");

    Path file = folder.resolve("field-7.csv");
    ObservationCatalog masked =
        new ObservationCatalog(CatalogSource.of(file), List.of(MASKED), CatalogColumns.defaults());
    assertThatThrownBy(masked::outline)
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll("has no column y2,", "a cell may be empty", "mapping");
    Files.writeString(file, "id,y1,y2\na,1,\n");
    assertThat(read(masked).get(0).getMeasurements()).hasSize(1);
  }

  @Test
  void shouldNameTheMeasurementThatAMappingDoesNotHave() throws IOException {
    Path json = folder.resolve("survey.json");
    Files.writeString(
        json,
        """
        {"format": 1, "source": {"kind": "csv"},
         "measurements": {"y1": {"value": {"column": "a"}}}}
        """);
    Path file = folder.resolve("field-7.csv");
    Files.writeString(file, "star,a\ns,1\n");
    CatalogSource source = CatalogSource.of(file, Mapping.read(json));
    CatalogColumns columns = CatalogColumns.defaults();

    assertThatThrownBy(new ObservationCatalog(source, List.of(BUNDLE), columns)::outline)
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("survey.json has no measurement y2, which the bundle two needs");
    assertThat(read(new ObservationCatalog(source, List.of(MASKED), columns))).hasSize(1);
  }

  private void assertRefused(String text, String... parts) throws IOException {
    ObservationCatalog catalog = catalog(text);
    assertThatThrownBy(catalog::outline)
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("field-7.csv")
        .hasMessageContainingAll(parts);
  }
}
