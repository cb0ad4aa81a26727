package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * The commands on the same three stars in each format, written by the programs that people use
 * ({@code tables/stars/stars.py}): the posteriors are those of the CSV file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormatsTest {
  private static final Path STARS = Path.of("src", "test", "resources", "tables", "stars");

  private Path folder;
  private Path bundle;
  private List<String> plain;
  private final Console console = new Console();

  static Stream<Path> stars() throws IOException {
    return Files.list(STARS).filter(file -> !file.toString().endsWith(".py")).sorted();
  }

  @BeforeAll
  void prepare(@TempDir Path temporary) throws IOException {
    folder = temporary;
    bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    plain = posteriors(STARS.resolve("stars.csv"));
  }

  private List<String> posteriors(Path table, Object... more) throws IOException {
    Path out = folder.resolve("posteriors.csv");
    List<Object> words =
        new ArrayList<>(
            List.of("infer", "--bundle", bundle, "--in", table, "--out", out, "--device", "cpu"));
    words.addAll(List.of("--group-column", "cluster"));
    words.addAll(List.of(more));
    assertThat(console.sidereus(words.toArray())).as("%s: %s", table, console.err).isZero();
    return Files.readAllLines(out);
  }

  @ParameterizedTest
  @MethodSource("stars")
  void shouldReadTheSameStars(Path table) throws IOException {
    assertThat(posteriors(table)).hasSize(4).isEqualTo(plain);

    Path mapping = folder.resolve(table.getFileName() + ".json");
    assertThat(
            console.sidereus("mapping", "new", "--in", table, "--bundle", bundle, "--out", mapping))
        .as("%s: %s", table, console.err)
        .isZero();
    assertThat(console.sidereus("mapping", "check", mapping, "--in", table, "--bundle", bundle))
        .as("%s: %s", table, console.err)
        .isZero();
    assertThat(console.out.toString()).contains("3 rows, of which 3 can get a posterior");
  }

  private Path csv(String... lines) throws IOException {
    return Files.writeString(folder.resolve("t.csv"), String.join("\n", lines) + "\n");
  }

  private String refused(Path table) {
    console.err.getBuffer().setLength(0);
    assertThat(
            console.sidereus(
                "infer", "--bundle", bundle, "--in", table, "--out", folder.resolve("o.csv")))
        .isEqualTo(1);
    return console.err.toString();
  }

  @Test
  void shouldRefuseErrorsInAColumnOfAnotherName() throws IOException {
    for (String name :
        List.of(
            "y1_error",
            "e_y1",
            "Y1_ERR",
            "y1_sigma",
            "sigma_y1",
            "y1Err",
            "y1_err (dex)",
            "y1_err_lo",
            "y1_err_upper",
            "y1err1",
            "y1_upper",
            "y1_p16",
            "y1_ivar",
            "d_y1")) {
      assertThat(refused(csv("object,y1,y2,y3,y4," + name, "a,1,1,1,1,0.1")))
          .as(name)
          .contains("has the column " + name, "the errors of y1 are in y1_err");
    }
    assertThat(posteriors(csv("object,y1,y2,y3,y4,y1_err,y1_sigma,cluster", "a,1,1,1,1,0.1,2,")))
        .hasSize(2);
    assertThat(posteriors(csv("object,y1,y2,y3,y4,y1_flag,ey,sd,cluster", "a,1,1,1,1,0.1,2,3,")))
        .hasSize(2);
  }

  @Test
  void shouldRefuseAnIdentifierThatStandsForAMissingOne() throws IOException {
    assertThat(refused(csv("object,y1,y2,y3,y4", "a,1,1,1,1", "nan,2,2,2,2", "--,3,3,3,3")))
        .contains(
            "2 broken rows",
            "line 3: the identifier of the object is empty or a word for a missing value");
    assertThat(refused(csv("object;y1;y2;y3;y4", "a;0,5;1;1;1")))
        .contains("'0,5', which is no number (write numbers with a decimal point");
  }

  @Test
  void shouldListObjectsThatAreLeftOutOfTheirGroup() throws IOException {
    Path list = folder.resolve("left-out.csv");
    double[] likely = LinearGaussianBundle.predict(new double[] {-2.3, -2.8, 0.1});
    Path table =
        csv(
            "object,y1,y2,y3,y4,cluster",
            "a,%s,%s,%s,%s,M 67".formatted(likely[0], likely[1], likely[2], likely[3]),
            "far,2500,-1500,3000,1000,M 67",
            "alone,2500,-1500,3000,1000,");
    assertThat(posteriors(table, "--left-out", list)).hasSize(4);
    assertThat(Files.readAllLines(list))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("3,far,,left out of the group: ");
    assertThat(console.out.toString()).contains("left out: 1: left out of the group: ");
  }
}
