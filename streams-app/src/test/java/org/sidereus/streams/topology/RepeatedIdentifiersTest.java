package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.cli.Sidereus;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.catalog.CatalogColumns;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.testing.LinearGaussianBundle;
import picocli.CommandLine;

/** A file whose identifiers stand in several rows, through {@code infer} and through the stream. */
class RepeatedIdentifiersTest {
  private static final String TABLE =
      """
      source_id,group,time,y1,y2,y3,y4
      1237648720693755918,g,1970-01-01T00:00:03Z,1,1,2,0.25
      1237648720693755919,g,1970-01-01T00:00:01Z,5,1,2,0.25
      1237648720693755918,g,1970-01-01T00:00:02Z,7,1,2,0.25
      1237648720693755919,g,1970-01-01T00:00:01Z,1.1,1,2,0.25
      1237648720693755920,g,1970-01-01T00:00:01Z,0.9,1,2,0.25
      1237648720693755920,h,1970-01-01T00:00:05Z,,1,2,0.25
      1237648720693755921,h,1970-01-01T00:00:05Z,2,1,2,0.25
      """;

  @TempDir Path folder;

  @Test
  void shouldGiveTheSameGroupsWithAndWithoutTheStream() throws IOException {
    Path file = folder.resolve("stars.csv");
    Files.writeString(file, TABLE);
    Path groups = folder.resolve("groups.csv");
    CommandLine line = Sidereus.commandLine();
    StringWriter printed = new StringWriter();
    StringWriter errors = new StringWriter();
    line.setOut(new PrintWriter(printed));
    line.setErr(new PrintWriter(errors));
    int exit =
        line.execute(
            "infer",
            "--bundle",
            LinearGaussianBundle.write(folder.resolve("bundle")).toString(),
            "--in",
            file.toString(),
            "--out",
            folder.resolve("posteriors.csv").toString(),
            "--group-column",
            "group",
            "--groups-out",
            groups.toString(),
            "--skip-incomplete",
            "--combination",
            "gaussian",
            "--device",
            "cpu");
    assertThat(exit).as(errors.toString()).isZero();
    String note =
        "2 identifiers stand in several rows without visits (1237648720693755918 in line 2, line 4;"
            + " 1237648720693755919 in line 3, line 5), 2 rows too many: the later row of an object"
            + " counts";
    assertThat(printed.toString()).contains(note).contains("from the column source_id");

    Manifest manifest = Manifest.parse(LinearGaussianBundle.manifest(StreamHarness.BUNDLE, "1"));
    ObservationCatalog catalog =
        new ObservationCatalog(
            CatalogSource.of(file), List.of(manifest), CatalogColumns.defaults());
    ObservationCatalog.Outline outline = catalog.outline();
    assertThat(String.join("\n", outline.reasons())).contains(note);
    List<GroupPosterior> streamed;
    try (StreamHarness stream = new StreamHarness()) {
      catalog.forEach(outline, stream::publish);
      stream.settle();
      streamed = stream.readGroups();
    }
    List<String[]> rows = Files.readAllLines(groups).stream().map(one -> one.split(",")).toList();
    assertThat(rows).hasSize(3);
    for (String[] row : rows.subList(1, 3)) {
      GroupPosterior one = StreamHarness.lastForAllTime(streamed, row[0]);
      assertThat(one.getObjects()).as(row[0]).isEqualTo(Long.parseLong(row[1]));
      assertThat(one.getParameters().get(0).getMean())
          .as(row[0])
          .isCloseTo(Double.parseDouble(row[2]), within(1e-3));
    }
    assertThat(rows.get(1)).startsWith("g", "3");
  }
}
