package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Inbox;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;

/**
 * Objects are withdrawn and move, groups are renamed, an old survey is replayed beside a live one:
 * the whole path, with a restart between.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeavingObjectsTest {
  private static final double TOLERANCE = 1e-9;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private final TestEnvironment environment = InProcess.start();

  @AfterAll
  void stop() {
    environment.close();
  }

  private ServiceKeys keys(String name) {
    return ServiceKeys.of(
        environment,
        name,
        folder.resolve(name),
        Map.of(
            "state.store",
            "rocksdb",
            "window.size",
            "10m",
            "window.grace",
            "1d",
            "begin.incomplete",
            "false"));
  }

  private static List<DemoSurvey.Row> rows(String prefix, int count, String group) {
    List<DemoSurvey.Row> rows = DemoSurvey.first(count).rows();
    return IntStream.range(0, count).mapToObj(i -> rows.get(i).as(prefix + i, group)).toList();
  }

  private static Observation withdrawal(String object) {
    return Observation.newBuilder()
        .setKind(ObservationKind.WITHDRAWAL)
        .setSurvey(DemoSurvey.NAME)
        .setObject(object)
        .setTime(Instant.now())
        .build();
  }

  /** The last record of each group for all time; null: withdrawn. */
  private static Map<String, GroupPosterior> last(Inbox<GroupPosterior> inbox) {
    inbox.poll();
    Map<String, GroupPosterior> last = new TreeMap<>();
    for (Inbox.Letter<GroupPosterior> one : inbox.letters()) {
      String key = new String(one.key(), StandardCharsets.UTF_8);
      if (key.chars().filter(c -> c == ',').count() == 2) {
        last.put(key.substring(2, key.indexOf('"', 2)), one.value());
      }
    }
    return last;
  }

  private static Map<String, GroupPosterior> awaitGroups(
      RunningService service, Map<String, Integer> objects) {
    long deadlineNs = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    Map<String, GroupPosterior> last = last(service.groups());
    while (!objects(last).equals(objects)) {
      assertThat(System.nanoTime()).as("%s", objects(last)).isLessThan(deadlineNs);
      last = last(service.groups());
    }
    return last;
  }

  private static Map<String, Integer> objects(Map<String, GroupPosterior> groups) {
    Map<String, Integer> objects = new TreeMap<>();
    groups.forEach(
        (group, one) -> objects.put(group, one == null ? 0 : Math.toIntExact(one.getObjects())));
    return objects;
  }

  private static void run(RunningService service, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(service.options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s: %s", words[0], run.err()).isZero();
  }

  @Test
  void shouldWithdrawMoveAndRenameWithARestartBetweenAndAgainInAReplay() throws Exception {
    ServiceKeys keys = keys("leaving");
    List<DemoSurvey.Row> a = rows("a", 8, "A");
    List<DemoSurvey.Row> b = rows("b", 5, "B");
    List<DemoSurvey.Row> e = rows("e", 2, "E");
    try (RunningService service = RunningService.start(keys)) {
      for (List<DemoSurvey.Row> group : List.of(a, b, e)) {
        group.forEach(row -> service.send(row.observation()));
      }
      awaitGroups(service, Map.of("A", 8, "B", 5, "E", 2));
      service.stopInstance();

      service.send("a0".getBytes(StandardCharsets.UTF_8), null);
      service.send(withdrawal("a1"));
      service.send(a.get(2).as("a2", "B").observation());
      service.send(a.get(3).as("a3", null).observation());
      run(service, "groups", "rename", "B", "C");
      service.send(b.get(0).as("b9", "B").observation());
      service.flush();
    }
    Map<String, Integer> objects = Map.of("A", 4, "B", 0, "C", 7, "E", 0);
    Map<String, GroupPosterior> last;
    try (RunningService service = RunningService.start(keys)) {
      Path catalogue = folder.resolve("survey.csv");
      new DemoSurvey(e).write(catalogue, WINDOW);
      run(
          service,
          "publish",
          "--withdraw",
          "--survey",
          DemoSurvey.NAME,
          "--in",
          catalogue.toString());
      last = awaitGroups(service, objects);
      assertThat(service.get("/groups/B").statusCode()).isEqualTo(404);
      assertThat(service.get("/groups/C").statusCode()).isEqualTo(200);
      assertThat(service.get("/groups").body()).contains("\"A\"").doesNotContain("\"E\"");
      List<String> withdrawn = new ArrayList<>();
      service.objects().settled();
      service
          .objects()
          .letters()
          .forEach(
              one -> {
                if (one.value() == null) {
                  withdrawn.add(new String(one.key(), StandardCharsets.UTF_8));
                }
              });
      assertThat(withdrawn).containsExactlyInAnyOrder("a0", "a1", "e0", "e1");
      assertThat(service.rejections().settled()).isEmpty();
      // 8 + 5 + 2 objects and one later, without the withdrawn ones; B and E have no object left.
      Path report = folder.resolve("report");
      run(service, "report", "--out", report.toString());
      assertThat(Files.readString(report.resolve("report.html")))
          .contains("<tr><td>objects with a posterior</td><td class=\"n\">12</td>")
          .contains("Group A, 4 objects", "Group C, 7 objects")
          .doesNotContain("Group B", "Group E")
          .contains("The stream publishes no samples (topic.samples), so no object is plotted.");
      assertThat(service.metrics().total("sidereus_withdrawals_total")).isEqualTo(4);
      assertThat(service.metrics().total("sidereus_withdrawn_contributions_total")).isEqualTo(4);
      assertThat(service.metrics().total("sidereus_unaccounted_requests")).isZero();
    }
    Path catalogue = folder.resolve("expected.csv");
    List<DemoSurvey.Row> expected = new ArrayList<>(a.subList(4, 8));
    b.forEach(row -> expected.add(row.as(row.object(), "C")));
    expected.add(a.get(2).as("a2", "C"));
    expected.add(b.get(0).as("b9", "C"));
    new DemoSurvey(expected).write(catalogue, WINDOW);
    OfflineGroups offline = OfflineGroups.infer(catalogue, folder, "--group-column", "group");
    offline.assertAgreesWith(last.get("A"), "A", TOLERANCE);
    offline.assertAgreesWith(last.get("C"), "C", TOLERANCE);

    ServiceKeys anew =
        keys.with("application.id", "leaving-anew")
            .with("state.dir", folder.resolve("anew").toString());
    try (RunningService service = RunningService.start(anew)) {
      service.objects().await(2 * 18);
      last = awaitGroups(service, objects);
      offline.assertAgreesWith(last.get("A"), "A", TOLERANCE);
      offline.assertAgreesWith(last.get("C"), "C", TOLERANCE);
    }
    assertRefusals(anew);
  }

  /** What a service that begins anew needs, and what must not change. */
  private void assertRefusals(ServiceKeys keys) throws Exception {
    assertThatThrownBy(() -> RunningService.start(keys.with("window.size", "20m")).close())
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll("window.size=10m", "window.size=20m", "application.id");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", environment.bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(keys.topics().observations(), 0),
                  RecordsToDelete.beforeOffset(3)))
          .all()
          .get();
    }
    ServiceKeys third = keys.with("application.id", "leaving-third");
    assertThatThrownBy(() -> RunningService.start(third).close())
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(
            "first 3 observations", "partition 0 begins at offset 3", "begin.incomplete");
    RunningService.start(third.with("begin.incomplete", "true")).close();
    RunningService.start(keys).close();
  }

  @Tag("thorough")
  @Test
  void shouldKeepTheWindowsOfAReplayOfThePastNextToALiveSurveyWithARestartBetween()
      throws Exception {
    List<DemoSurvey.Row> past = DemoSurvey.first(60).rows();
    Path catalogue = folder.resolve("past.csv");
    new DemoSurvey(past).write(catalogue, WINDOW);
    OfflineGroups offline = OfflineGroups.infer(catalogue, folder, "--group-column", "window");
    ServiceKeys keys = keys("past").with("window.grace", "0ms");
    Instant now = Instant.now();
    try (RunningService service = RunningService.start(keys)) {
      for (int i = 0; i < 30; i++) {
        sendLive(service, i, now);
        service.send(past.get(i).observation());
      }
      service.objects().await(40);
      service.stopInstance();
    }
    try (RunningService service = RunningService.start(keys)) {
      for (int i = 30; i < 60; i++) {
        sendLive(service, i, now);
        service.send(past.get(i).observation());
      }
      service.flush();
      service.sendEnd(past.get(59).time().plus(WINDOW));
      service
          .groups()
          .await(
              all ->
                  all.stream()
                          .filter(GroupPosterior::getClosed)
                          .mapToLong(GroupPosterior::getObjects)
                          .sum()
                      == 60);
      Map<String, GroupPosterior> closed = new HashMap<>();
      for (GroupPosterior one : service.groups().settled()) {
        if (one.getClosed()) {
          assertThat(one.getSurvey()).isEqualTo(DemoSurvey.NAME);
          String window = one.getGroup() + " " + one.getWindowStart();
          assertThat(closed.put(window, one)).as("%s closes once", window).isNull();
        }
      }
      assertThat(closed.keySet()).isEqualTo(offline.groups().keySet());
      closed.forEach((window, one) -> offline.assertAgreesWith(one, window, TOLERANCE));
      assertThat(service.metrics().total("sidereus_late_total")).isZero();
    }
  }

  /** Every third star of the past, a live one comes. */
  private static void sendLive(RunningService service, int i, Instant now) {
    if (i % 3 == 0) {
      Observation live =
          DemoSurvey.first(1).rows().get(0).as("live-" + i, "galaxy-a").observation();
      live.setSurvey("live");
      live.setTime(now);
      service.send(live);
    }
  }
}
