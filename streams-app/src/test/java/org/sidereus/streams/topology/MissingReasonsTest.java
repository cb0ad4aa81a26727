package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.catalog.CatalogColumns;
import org.sidereus.streams.catalog.ObservationCatalog;

/** Why values are missing, from the table to the rejection. */
class MissingReasonsTest {
  /** The bundle needs p of every object, and q may be missing. */
  private static final Manifest BUNDLE =
      Manifest.builder()
          .name("b")
          .version("1")
          .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
          .observables(Stream.of("p", "q").map(name -> new Observable(name, "dex", 0.1)).toList())
          .features(
              List.of(
                  new Feature(Feature.Kind.VALUE, "p"),
                  new Feature(Feature.Kind.VALUE, "q"),
                  new Feature(Feature.Kind.MASK, "q")))
          .samples(2)
          .build();

  @TempDir Path folder;

  @Test
  void shouldSayTheSameInTheStreamAsInTheListOfTheCommand() throws IOException {
    Path json = folder.resolve("survey.json");
    Files.writeString(
        json,
        """
        {"format": 1, "missing": [-99], "where": "snr > 10",
         "flags": [{"column": "binary", "truth": true, "then": "rejected"}],
         "measurements": {
           "p": {"value": {"column": "p", "error": "e"}},
           "q": {"value": {"column": "q"}}}}
        """);
    Path file = folder.resolve("stars.csv");
    Files.writeString(
        file,
        """
        id,p,e,q,snr,binary
        good,1,0.1,1,50,False
        poor,1,0.1,1,5,False
        zero,1,0,1,50,False
        double,1,0.1,1,50,True
        nothing,-99,0.1,nan,50,False
        part,1,0.1,-99,50,False
        """);
    ObservationCatalog catalog =
        new ObservationCatalog(
            CatalogSource.of(file, Mapping.read(json)), List.of(BUNDLE), CatalogColumns.defaults());
    List<List<String>> listed = new ArrayList<>();
    Reasons reasons = new Reasons(listed::add);
    List<Rejection> rejections;
    try (StreamHarness stream =
        new StreamHarness(
            null,
            List.of(
                ServedBundle.of(
                    BUNDLE,
                    (batch, sharedFit) ->
                        batch.stream()
                            .map(
                                row ->
                                    new ObjectSummary(
                                        new double[] {0},
                                        new double[] {1},
                                        new double[][] {{-1, 0, 1}},
                                        2))
                            .toList())),
            1)) {
      ObservationCatalog.Outline outline = catalog.outline(reasons);
      assertThat(outline.rows()).isEqualTo(5);
      assertThat(outline.reasons())
          .contains(
              "left out: 1: not selected",
              "left out: 1: p was not measured but the bundle needs it",
              "left out: 1: rejected by the mapping: flag binary",
              "left out: 1: no measurement can be used",
              "missing p: 1 error not positive in e, 1 flag binary, 1 sentinel in p",
              "missing q: 1 flag binary, 1 q is empty, 1 sentinel in q");
      catalog.forEach(outline, stream::publish);
      stream.settle();
      rejections = stream.rejections.readValuesToList();
    }

    assertThat(rejections)
        .extracting(Rejection::getDetail)
        .containsExactlyInAnyOrder(
            "p was not measured but the bundle needs it (p: error not positive in e: 0.0)"
                + " (\"no_error\" of the mapping gives such values an error)",
            "the mapping rejects the object: p: flag binary: False".replace("False", "True"),
            "no measurement can be used: p: sentinel in p: -99; q: q is empty: nan");
    assertThat(rejections)
        .extracting(Rejection::getReason)
        .containsOnly(RejectionReason.MISSING_OBSERVABLE);
    // the list of the command has the same sentences, beside the row that was not selected
    assertThat(listed.stream().filter(row -> row.get(2).isEmpty()).map(row -> row.get(3)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    rejections.stream().map(Rejection::getDetail),
                    Stream.of("not selected: snr > 10"))
                .toList());
    assertThat(listed).contains(List.of("7", "part", "q", "sentinel in q: -99"));
  }
}
