package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.Containers;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Inbox;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.Promtool;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.Source;
import org.testcontainers.DockerClientFactory;

/**
 * A survey goes through a real broker, a real registry and the service; the posteriors are those of
 * {@code infer} for the same rows. The test runs with the embedded broker and registry, and with
 * those of the compose file where Docker exists.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholePathTest {
  private static final int ROWS = 300;
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final double TOLERANCE = 1e-9;

  /** Where broker and registry run. */
  enum Place {
    IN_PROCESS,
    CONTAINERS
  }

  @TempDir private Path folder;
  private final Map<Place, TestEnvironment> started = new EnumMap<>(Place.class);
  private final DemoSurvey survey = DemoSurvey.first(ROWS);

  @AfterAll
  void stop() {
    started.values().forEach(TestEnvironment::close);
  }

  private TestEnvironment at(Place place) {
    if (place == Place.CONTAINERS) {
      assumeTrue(
          DockerClientFactory.instance().isDockerAvailable(),
          "no Docker responds here, so nothing was tested in containers; start Docker to do so");
    }
    return started.computeIfAbsent(
        place, one -> one == Place.CONTAINERS ? Containers.start() : InProcess.start());
  }

  private RunningService service(Place place, String name) throws InterruptedException {
    // Rows may come in any order, so windows wait longer than the survey lasts.
    return RunningService.start(at(place), name, folder, Map.of("window.grace", "1d"));
  }

  private Path catalogue(DemoSurvey rows) {
    Path file = folder.resolve("survey.csv");
    rows.write(file, WINDOW);
    return file;
  }

  private void replay(RunningService service) {
    List<String> command = new ArrayList<>(List.of("replay", "--in"));
    command.add(catalogue(survey).toString());
    command.addAll(service.options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).as("replay: %s", run.err()).isZero();
    assertThat(run.out()).hasSize(2);
    assertThat(run.out().get(0)).startsWith(ROWS + " observations replayed");
    assertThat(run.out().get(1)).startsWith("the identifiers are taken from the column object");
  }

  @ParameterizedTest
  @EnumSource
  void shouldInferEachObservationOnceAndAgreeWithTheOfflineInference(Place place) throws Exception {
    try (RunningService service = service(place, "once")) {
      replay(service);
      service.objects().await(ROWS);
      service.groups().await(this::allWindowsAreClosed);

      List<ObjectPosterior> objects = service.objects().settled();
      assertThat(objects).hasSize(ROWS);
      assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
      assertThat(new HashSet<Source>(objects.stream().map(ObjectPosterior::getSource).toList()))
          .hasSize(ROWS);
      assertThat(service.objects().letters())
          .allSatisfy(one -> assertThat(one.value().getObject()).isEqualTo(new String(one.key())));
      OfflineGroups offline =
          OfflineGroups.infer(catalogue(survey), folder, "--group-column", "group");
      objects.forEach(one -> offline.assertAgreesWith(one, TOLERANCE));

      List<GroupPosterior> groups = service.groups().settled();
      Map<String, GroupPosterior> forAllTime = RunningService.forAllTime(groups);
      assertThat(forAllTime).hasSameSizeAs(offline.groups());
      forAllTime.forEach((group, one) -> offline.assertAgreesWith(one, group, TOLERANCE));

      assertWindowsAgree(groups);
      assertLedgerBalances(service.metrics());
      Promtool.find().ifPresent(tool -> tool.checkMetrics(service.get("/metrics").body()));
      assertThat(service.rejections().settled()).isEmpty();
    }
  }

  private void assertWindowsAgree(List<GroupPosterior> groups) {
    OfflineGroups offline =
        OfflineGroups.infer(catalogue(survey), folder, "--group-column", "window");
    Map<String, GroupPosterior> closed = new HashMap<>();
    for (GroupPosterior one : groups) {
      if (one.getClosed()) {
        assertThat(one.getWindowEnd()).isEqualTo(one.getWindowStart().plus(WINDOW));
        String window = one.getGroup() + " " + one.getWindowStart();
        assertThat(closed.put(window, one)).as("%s closes once", window).isNull();
      }
    }
    assertThat(closed.keySet()).isEqualTo(offline.groups().keySet());
    closed.forEach((window, one) -> offline.assertAgreesWith(one, window, TOLERANCE));
  }

  private static void assertLedgerBalances(Metrics metrics) {
    assertThat(metrics.total("sidereus_events_total")).isEqualTo(ROWS);
    assertThat(metrics.total("sidereus_inference_requests_total")).isEqualTo(ROWS);
    assertThat(metrics.total("sidereus_posteriors_total")).isEqualTo(ROWS);
    assertThat(metrics.total("sidereus_rejections_total")).isZero();
    assertThat(metrics.total("sidereus_pending")).isZero();
    assertThat(metrics.total("sidereus_late_total")).isZero();
    assertThat(metrics.total("sidereus_markers_total")).isEqualTo(RunningService.PARTITIONS);
    assertThat(metrics.total("sidereus_running")).isOne();
  }

  /** The sums over the windows of all groups have all objects. */
  private boolean allWindowsAreClosed(List<GroupPosterior> groups) {
    return groups.stream()
            .filter(GroupPosterior::getClosed)
            .mapToLong(GroupPosterior::getObjects)
            .sum()
        >= ROWS;
  }

  @ParameterizedTest
  @EnumSource
  void shouldChangeNothingWhenTheReplayIsRepeated(Place place) throws Exception {
    try (RunningService service = service(place, "repeated")) {
      replay(service);
      service.objects().await(ROWS);
      service.groups().await(this::allWindowsAreClosed);
      List<GroupPosterior> before = service.groups().settled();

      replay(service);
      List<ObjectPosterior> objects = service.objects().await(2 * ROWS);

      assertThat(service.groups().settled()).as("no group says anything new").isEqualTo(before);
      Map<String, List<ObjectPosterior>> byObject = new HashMap<>();
      objects.forEach(
          one -> byObject.computeIfAbsent(one.getObject(), o -> new ArrayList<>()).add(one));
      assertThat(byObject).hasSize(ROWS);
      assertThat(byObject.values())
          .allSatisfy(
              both -> {
                assertThat(both).hasSize(2);
                assertThat(both.get(1).getParameters()).isEqualTo(both.get(0).getParameters());
              });
      assertThat(service.metrics().total("sidereus_posteriors_total")).isEqualTo(2 * ROWS);
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource
  void shouldLetAHigherRevisionReplaceWhatTheObjectSaidBefore(Place place) throws Exception {
    DemoSurvey.Row wrong = survey.rows().get(0);
    DemoSurvey.Row corrected = wrong.with("Mg_Fe", wrong.values().get("Mg_Fe") - 0.3);
    OfflineGroups offline =
        OfflineGroups.infer(
            catalogue(survey.with(0, corrected)), folder, "--group-column", "group");
    try (RunningService service = service(place, "corrected")) {
      replay(service);
      service.objects().await(ROWS);
      service.groups().await(this::allWindowsAreClosed);

      service.send(corrected.observation(1));
      service.send(wrong.observation(0)).get();
      service.objects().await(ROWS + 1);
      assertThat(service.rejections().await(1))
          .extracting(Rejection::getReason)
          .containsExactly(RejectionReason.OUTDATED);

      String group = corrected.group();
      service
          .groups()
          .await(
              all ->
                  offline.agreesWith(RunningService.forAllTime(all).get(group), group, TOLERANCE));
      Map<String, GroupPosterior> last = RunningService.forAllTime(service.groups().settled());
      last.forEach((name, one) -> offline.assertAgreesWith(one, name, TOLERANCE));
      assertThat(service.metrics().total("sidereus_outdated_total")).isOne();
      assertThat(service.objects().settled()).as("no old revision").hasSize(ROWS + 1);
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource
  void shouldGiveTheSameGroupsInAnyOrder(Place place) throws Exception {
    OfflineGroups offline =
        OfflineGroups.infer(catalogue(survey), folder, "--group-column", "group");
    try (RunningService service = service(place, "shuffled")) {
      survey.shuffled(7).rows().forEach(row -> service.send(row.observation()));
      service.flush();
      service.sendEnd(survey.latest().plus(WINDOW));

      service.objects().await(ROWS);
      Inbox<GroupPosterior> groups = service.groups();
      groups.await(this::allWindowsAreClosed);

      RunningService.forAllTime(groups.settled())
          .forEach((group, one) -> offline.assertAgreesWith(one, group, TOLERANCE));
      assertWindowsAgree(groups.settled());
    }
  }
}
