package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.testing.LinearGaussianBundle;

/** Groups with objects that their model does not fit: the stream says what {@code infer} says. */
class FlaggedObjectsTest {
  private static final double TOLERANCE = 1e-9;
  private static final int OBJECTS = 60;
  private static final String HEADER = "object,group,revision,y1,y2,y3,y4";

  /** An error of y4 that the model cannot reproduce. */
  private static final double WRONG = 0.7;

  @TempDir private static Path folder;
  private static InProcess environment;
  private static Path bundle;

  @BeforeAll
  static void start() {
    bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
    environment = InProcess.start();
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  private static final long LEFT_OUT = 10;

  /** Objects that are beyond the training of the bundle do not count in any case. */
  private static final long BEYOND = 3;

  /** Every sixth object is wrong, and every fourth of these is far beyond the training. */
  private static List<String> survey() {
    SplittableRandom random = new SplittableRandom(12);
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = 0; i < OBJECTS; i++) {
      double[] theta = LinearGaussianBundle.draw(random);
      theta[0] = -2.2;
      theta[1] = -3;
      double[] y = LinearGaussianBundle.predict(theta);
      for (int m = 0; m < y.length; m++) {
        y[m] += LinearGaussianBundle.ERROR * random.nextGaussian();
      }
      if (i % 6 == 0) {
        y[3] += i % 24 == 0 ? 1000 : WRONG;
      }
      lines.add(line(i, 0, y));
    }
    return lines;
  }

  private static String line(int object, int revision, double[] y) {
    return "o"
        + object
        + ",g,"
        + revision
        + ","
        + Arrays.stream(y).mapToObj(Double::toString).collect(Collectors.joining(","));
  }

  private static RunningService service(String flagged) throws InterruptedException {
    return RunningService.start(
        environment,
        "flagged-" + flagged,
        folder,
        Map.of("bundles", bundle.toString(), "combination.flagged", flagged));
  }

  private static CommandRun command(RunningService service, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(service.options());
    CommandRun run = CommandRun.here(all.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    return run;
  }

  private static OfflineGroups infer(Path catalogue, String flagged) {
    return OfflineGroups.infer(
        bundle.toString(), catalogue, folder, "--group-column", "group", "--flagged", flagged);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leave-out", "count"})
  void shouldSayTheSameInTheStreamAndByInfer(String flagged) throws Exception {
    Path catalogue = Files.write(folder.resolve(flagged + ".csv"), survey());
    OfflineGroups offline = infer(catalogue, flagged);
    assertThat(offline.groups().get("g"))
        .containsEntry("n", Integer.toString(OBJECTS))
        .containsEntry("left_out", Long.toString(flagged.equals("count") ? BEYOND : LEFT_OUT));
    try (RunningService service = service(flagged)) {
      command(service, "publish", "--in", catalogue.toString());
      service.objects().await(OBJECTS);
      service.groups().await(all -> agrees(offline, all));
      GroupPosterior group = last(service.groups().settled());

      offline.assertAgreesWith(group, "g", TOLERANCE);
      assertSameCounts(group, offline.groups().get("g"));
      assertThat(group.getFlags())
          .containsExactlyElementsOf(flags(offline.groups().get("g").get("flags")));
      assertShown(service, group);
    }
  }

  private static List<String> flags(String cell) {
    return Arrays.stream(cell.split("\\|")).filter(one -> !one.isEmpty()).toList();
  }

  private static void assertSameCounts(GroupPosterior group, Map<String, String> row) {
    assertThat(row)
        .containsEntry("combined", group.getCombined().toString())
        .containsEntry("left_out", group.getLeftOut().toString());
    for (String flag : List.of("OUT_OF_SUPPORT", "LOW_EFFECTIVE_SAMPLE_SIZE", "MODEL_MISFIT")) {
      long objects =
          group.getLeftOutByFlag().stream()
              .filter(one -> one.getFlag().equals(flag))
              .mapToLong(LeftOut::getObjects)
              .sum();
      assertThat(row).containsEntry("left_out_" + flag, Long.toString(objects));
    }
  }

  /** The numbers are at the HTTP endpoint and in both forms of {@code watch}. */
  private static void assertShown(RunningService service, GroupPosterior group) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode response = mapper.readTree(service.get("/groups/g").body());
    assertThat(response.path("posteriors"))
        .anySatisfy(one -> assertShown(group, one))
        .allSatisfy(one -> assertThat(one.path("left_out_by_flag").isArray()).isTrue());
    String published = Integer.toString(service.groups().settled().size());
    List<String> lines =
        command(service, "watch", "--from-beginning", "--json", "--max", published).out();
    boolean shown = false;
    for (String line : lines) {
      JsonNode one = mapper.readTree(line);
      if (one.path("window_start").isNull() && one.path("objects").asInt() == OBJECTS) {
        assertShown(group, one);
        shown = true;
      }
    }
    assertThat(shown).isTrue();
    String counts =
        group.getLeftOut() == 0
            ? "  n=%d  ".formatted(OBJECTS)
            : group.getLeftOutByFlag().stream()
                .map(one -> one.getFlag() + " " + one.getObjects())
                .collect(
                    Collectors.joining(
                        ", ",
                        String.format(
                            Locale.ROOT, "  n=%d (%d left out: ", OBJECTS, group.getLeftOut()),
                        ")  "));
    assertThat(command(service, "watch", "--from-beginning", "--max", published).out())
        .anyMatch(line -> line.contains("all time" + counts));
  }

  private static void assertShown(GroupPosterior group, JsonNode shown) {
    assertThat(shown.path("objects").asLong()).isEqualTo(group.getObjects());
    assertThat(shown.path("combined").asLong()).isEqualTo(group.getCombined());
    assertThat(shown.path("left_out").asLong()).isEqualTo(group.getLeftOut());
    assertThat(shown.path("left_out_by_flag")).hasSameSizeAs(group.getLeftOutByFlag());
  }

  /** One object is repaired by a second revision, another one becomes wrong. */
  @Test
  void shouldFollowCorrections() throws Exception {
    List<String> survey = survey();
    List<String> corrected = new ArrayList<>(survey);
    double[] clean = LinearGaussianBundle.predict(new double[] {-2.2, -3, 6});
    double[] wrong = clean.clone();
    wrong[3] += WRONG;
    corrected.set(1, line(0, 1, clean));
    corrected.set(2, line(1, 1, wrong));
    corrected.set(3, line(2, 1, wrong));
    Path first = Files.write(folder.resolve("first.csv"), survey);
    Path second = Files.write(folder.resolve("second.csv"), corrected);
    OfflineGroups before = infer(first, "leave-out");
    OfflineGroups after = infer(second, "leave-out");
    try (RunningService service =
        RunningService.start(
            environment, "flagged-corrections", folder, Map.of("bundles", bundle.toString()))) {
      command(service, "publish", "--survey", "s", "--in", first.toString());
      service.groups().await(all -> agrees(before, all));
      command(service, "publish", "--survey", "s", "--in", second.toString());
      service.groups().await(all -> agrees(after, all));
      assertSameCounts(last(service.groups().settled()), after.groups().get("g"));
      assertThat(after.groups().get("g")).containsEntry("left_out", Long.toString(LEFT_OUT + 1));
    }
  }

  /**
   * Stars of which little or something absurd was measured, in groups of 1, 2, 3 and 5. Empty cells
   * are not measured.
   */
  private static List<String> absurdStars(DemoSurvey survey) {
    List<String> names = List.copyOf(survey.rows().get(0).values().keySet());
    List<String> lines =
        new ArrayList<>(
            List.of(
                "object,group,"
                    + String.join(",", names)
                    + ","
                    + String.join("_err,", names)
                    + "_err"));
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < survey.rows().size(); i++) {
      DemoSurvey.Row row = survey.rows().get(i);
      int only = i % names.size();
      StringBuilder values = new StringBuilder();
      StringBuilder errors = new StringBuilder();
      for (int m = 0; m < names.size(); m++) {
        double value = row.values().get(names.get(m));
        double error = row.errors().get(names.get(m));
        boolean isMeasured = true;
        switch (i % 7) {
          case 0 -> isMeasured = m == only;
          case 1 -> error = 1e-6;
          case 2 -> error = 1e6;
          case 3 -> error = random.nextBoolean() ? 1e-6 : 1e6;
          case 4 -> value += 1e6;
          case 5 -> {
            isMeasured = m == only;
            error = 1e-6;
          }
          default -> value = random.nextBoolean() ? value : 3;
        }
        values.append(',').append(isMeasured ? value : "");
        errors.append(',').append(isMeasured ? error : "");
      }
      // sizes 1, 2, 3, 5 in turn: 11 stars make four groups
      int place = i % 11;
      int ofFour = place < 1 ? 0 : place < 3 ? 1 : place < 6 ? 2 : 3;
      lines.add("a" + i + ",group" + (i / 11 * 4 + ofFour) + values + errors);
    }
    return lines;
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(strings = {"leave-out", "count"})
  void shouldSayTheSameOfAbsurdObjects(String flagged) throws Exception {
    DemoSurvey survey = DemoSurvey.first(44);
    Path catalogue = Files.write(folder.resolve("absurd.csv"), absurdStars(survey));
    OfflineGroups offline =
        OfflineGroups.infer(catalogue, folder, "--group-column", "group", "--flagged", flagged);
    try (RunningService service =
        RunningService.start(
            environment, "absurd-" + flagged, folder, Map.of("combination.flagged", flagged))) {
      command(service, "publish", "--in", catalogue.toString());
      service
          .objects()
          .await(survey.rows().size())
          .forEach(one -> offline.assertAgreesWith(one, TOLERANCE));
      service
          .groups()
          .await(
              all -> {
                Map<String, GroupPosterior> last = RunningService.forAllTime(all);
                return offline.groups().keySet().stream()
                    .allMatch(
                        group ->
                            last.containsKey(group)
                                && offline.agreesWith(last.get(group), group, TOLERANCE));
              });
      Map<String, GroupPosterior> groups = RunningService.forAllTime(service.groups().settled());
      offline
          .groups()
          .forEach(
              (name, row) -> {
                GroupPosterior group = groups.get(name);
                assertSameCounts(group, row);
                assertThat(group.getFlags()).containsExactlyElementsOf(flags(row.get("flags")));
                for (SharedParameter one : group.getParameters()) {
                  assertThat(one.getRobustSd())
                      .isCloseTo(
                          Double.parseDouble(row.get(one.getName() + "_robust_sd")),
                          within(TOLERANCE));
                }
              });
      assertThat(service.rejections().settled()).isEmpty();
    }
  }

  private static GroupPosterior last(List<GroupPosterior> all) {
    return RunningService.forAllTime(all).get("g");
  }

  private static boolean agrees(OfflineGroups offline, List<GroupPosterior> all) {
    GroupPosterior last = last(all);
    return last != null && offline.agreesWith(last, "g", TOLERANCE);
  }
}
