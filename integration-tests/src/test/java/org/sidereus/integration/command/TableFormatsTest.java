package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * The same three stars in each format, as astropy, pandas, pyarrow and others wrote them, through
 * the commands of the stream: objects, their number, and groups are those of {@code infer} on the
 * same file.
 */
@Tag("thorough")
class TableFormatsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final double TOLERANCE = 1e-9;
  private static final int STARS = 3;

  @TempDir private Path folder;

  private static Path tables() {
    return Path.of(System.getProperty("sidereus.home"))
        .resolve(Path.of("catalogs", "src", "test", "resources", "tables", "stars"));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(tables())) {
      return files.filter(file -> !file.toString().endsWith(".py")).sorted().toList();
    }
  }

  @Test
  void shouldPublishWhatInferInfers() throws Exception {
    shouldAgree("publish");
  }

  @Test
  @Tag("slow")
  void shouldReplayWhatInferInfers() throws Exception {
    shouldAgree("replay", "--no-end");
  }

  private void shouldAgree(String command, String... more) throws Exception {
    Path bundle = LinearGaussianBundle.write(folder.resolve("linear"));
    List<Path> files = files();
    try (TestEnvironment environment = InProcess.start();
        RunningService service =
            RunningService.start(
                environment,
                command + "-formats",
                folder.resolve("state"),
                Map.of("bundles", bundle.toString()))) {
      for (Path file : files) {
        List<String> words = new ArrayList<>(List.of(command, "--in", file.toString()));
        words.addAll(List.of("--survey", name(file), "--group", name(file)));
        words.addAll(List.of(more));
        words.addAll(service.options());
        CommandRun run = CommandRun.here(words.toArray(String[]::new));
        assertThat(run.exitCode()).as("%s of %s: %s", command, file, run.err()).isZero();
        assertThat(run.out()).as(name(file)).anyMatch(line -> line.startsWith(STARS + " "));
      }
      int stars = STARS * files.size();
      List<ObjectPosterior> objects = service.objects().await(PATIENCE, all -> all.size() >= stars);
      Map<String, GroupPosterior> groups = new LinkedHashMap<>();
      service
          .groups()
          .await(
              PATIENCE,
              all -> {
                all.forEach(one -> groups.put(one.getGroup(), one));
                return groups.size() == files.size()
                    && groups.values().stream().allMatch(one -> one.getObjects() == STARS);
              });

      assertThat(objects).hasSize(stars);
      assertThat(service.rejections().poll()).isEmpty();
      for (Path file : files) {
        OfflineGroups offline =
            OfflineGroups.infer(bundle.toString(), file, folder, "--group", name(file));
        assertThat(offline.objects()).as(name(file)).hasSize(STARS);
        offline.assertAgreesWith(groups.get(name(file)), name(file), TOLERANCE);
        assertThat(objects.stream().filter(one -> one.getSurvey().equals(name(file))))
            .as(name(file))
            .hasSize(STARS)
            .allSatisfy(one -> offline.assertAgreesWith(one, TOLERANCE));
      }
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ascii.fits",
        "bars.txt",
        "binary2.vot",
        "blanks.txt",
        "pandas.h5.gz",
        "stars.csv",
        "stars.ecsv",
        "stars.feather",
        "stars.fits",
        "stars.hdf5",
        "stars.mrt",
        "stars.npz",
        "stars.parquet",
        "stars.tbl",
        "tab.tsv"
      })
  @Tag("slow")
  void shouldShowInTheDemoWhatInferInfers(String name) throws IOException {
    Path bundle = LinearGaussianBundle.write(folder.resolve("linear"));
    Path file = tables().resolve(name);
    CommandRun run =
        CommandRun.here(
            "demo", "--headless", "--bundle", bundle.toString(), "--in", file.toString());
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    OfflineGroups offline = OfflineGroups.infer(bundle.toString(), file, folder, "--group", "all");
    assertThat(run.out()).hasSize(1);
    JsonNode group = new ObjectMapper().readTree(run.out().get(0));
    assertThat(group.get("n").asInt()).isEqualTo(STARS);
    for (String parameter : List.of("a", "b")) {
      assertThat(group.get("mean").get(parameter).asDouble())
          .isCloseTo(offline.mean("all", parameter), within(TOLERANCE));
    }
  }
}
