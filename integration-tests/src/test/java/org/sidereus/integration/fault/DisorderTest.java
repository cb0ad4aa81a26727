package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.slf4j.LoggerFactory;

/** Observations that are repeated, out of order, corrected, too late or too early. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DisorderTest {
  private static final long SEED = 4;
  private static final String SAMPLES = "64";
  private static final Duration WINDOW = FaultFreeRun.WINDOW;
  private static final double TOLERANCE = 1e-9;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private InProcess environment;

  @BeforeEach
  void start() {
    environment = InProcess.start();
  }

  @AfterEach
  void stop() {
    environment.close();
  }

  private RunningService service(String name, Map<String, String> overrides)
      throws InterruptedException {
    return RunningService.start(
        FaultFreeRun.keys(environment, name, folder.resolve(name), overrides));
  }

  private OfflineGroups offline(DemoSurvey survey, String groupColumn) {
    Path catalogue = folder.resolve("survey.csv");
    survey.write(catalogue, WINDOW);
    return OfflineGroups.infer(
        catalogue, folder, "--group-column", groupColumn, "--samples", SAMPLES);
  }

  @Test
  @Tag("slow")
  void shouldSayTheSameOfRepeatedReorderedAndCorrectedObservations() throws Exception {
    TestLog log = new TestLog("disorder");
    DemoSurvey survey = DemoSurvey.first(900);
    List<Observation> events = disordered(survey);
    log.note(
        "%d events of %d objects, seed %d, played twice",
        events.size(), survey.rows().size(), SEED);
    OfflineGroups forAllTime = offline(survey, "group");
    OfflineGroups windows = offline(survey, "window");

    try (RunningService service = service("disorder", Map.of("window.grace", "2d"))) {
      int sent = 0;
      for (int replay = 0; replay < 2; replay++) {
        events.forEach(service::send);
        service.flush();
        service.sendEnd(survey.latest().plus(WINDOW));
        sent += events.size();
        int inferred = sent;
        service
            .objects()
            .await(
                Duration.ofMinutes(3),
                all -> all.size() + service.rejections().poll().size() >= inferred);
      }
      service
          .groups()
          .await(
              all ->
                  RunningService.forAllTime(all).entrySet().stream()
                      .allMatch(
                          one -> forAllTime.agreesWith(one.getValue(), one.getKey(), TOLERANCE)));
      List<GroupPosterior> groups = service.groups().settled();

      Map<String, GroupPosterior> last = RunningService.forAllTime(groups);
      assertThat(last.keySet()).isEqualTo(forAllTime.groups().keySet());
      last.forEach((group, one) -> forAllTime.assertAgreesWith(one, group, TOLERANCE));
      Map<String, GroupPosterior> closed = closedWindows(groups);
      assertThat(closed.keySet()).isEqualTo(windows.groups().keySet());
      closed.forEach((window, one) -> windows.assertAgreesWith(one, window, TOLERANCE));
      List<Rejection> outdated = service.rejections().settled();
      assertThat(outdated)
          .isNotEmpty()
          .allMatch(one -> one.getReason() == RejectionReason.OUTDATED);
      List<ObjectPosterior> posteriors = service.objects().settled();
      assertThat(posteriors).hasSize(sent - outdated.size());
      Map<String, Integer> revisions = new HashMap<>();
      posteriors.forEach(
          one ->
              assertThat(one.getRevision())
                  .as("never an older revision of %s", one.getObject())
                  .isEqualTo(revisions.merge(one.getObject(), one.getRevision(), Math::max)));
      Metrics metrics = service.metrics();
      assertThat(metrics.total("sidereus_posteriors_total")).isEqualTo(sent - outdated.size());
      assertThat(metrics.total("sidereus_late_total")).isZero();
      assertThat(metrics.total("sidereus_outdated_total")).isEqualTo(outdated.size());
      log.note(
          "%d observations, %d outdated; %d groups and %d windows as if each object had come once",
          sent, metrics.total("sidereus_outdated_total"), last.size(), closed.size());
    }
  }

  /**
   * Some objects are corrected, before or after the wrong observation, and some are repeated; all
   * are in random order.
   */
  private List<Observation> disordered(DemoSurvey survey) {
    List<Observation> events = new ArrayList<>();
    for (DemoSurvey.Row row : survey.rows()) {
      events.add(row.observation(1));
      if (random.nextInt(5) == 0) {
        events.add(row.with("Mg_Fe", row.values().get("Mg_Fe") - 0.3).observation(0));
      }
      if (random.nextInt(5) == 0) {
        events.add(row.observation(1));
      }
    }
    Collections.shuffle(events, random);
    return events;
  }

  private static Map<String, GroupPosterior> closedWindows(List<GroupPosterior> groups) {
    Map<String, GroupPosterior> closed = new HashMap<>();
    for (GroupPosterior one : groups) {
      if (one.getClosed()) {
        String window = one.getGroup() + " " + one.getWindowStart();
        assertThat(closed.put(window, one)).as("%s closes once", window).isNull();
      }
    }
    return closed;
  }

  @Test
  void shouldCountAndReportWhatComesAfterTheGraceAndCombineItForAllTime() throws Exception {
    TestLog steps = new TestLog("late");
    DemoSurvey survey = DemoSurvey.first(120).shuffled(SEED);
    Duration grace = Duration.ofMinutes(10);
    OfflineGroups forAllTime = offline(survey, "group");
    Map<String, String> overrides =
        Map.of("window.size", "10m", "window.grace", "10m", "report.interval", "500ms");
    ListAppender<ILoggingEvent> log = listen("org.sidereus.streams.service.LedgerReport");

    try (RunningService service = service("late", overrides)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      survey.rows().forEach(row -> sent.add(service.send(row.observation())));
      long late = late(survey, sent, Duration.ofMinutes(10), grace);
      assertThat(late).as("the survey is so disordered that some come late").isPositive();

      service.objects().await(survey.rows().size());
      service
          .groups()
          .await(
              all ->
                  RunningService.forAllTime(all).entrySet().stream()
                      .allMatch(
                          one -> forAllTime.agreesWith(one.getValue(), one.getKey(), TOLERANCE)));
      service.sendEnd(survey.latest().plus(WINDOW));
      List<GroupPosterior> groups =
          service.groups().await(all -> inClosedWindows(all) == survey.rows().size() - late);
      assertThat(inClosedWindows(groups)).isEqualTo(survey.rows().size() - late);
      awaitReport(log, "late " + late + " ");
      assertThat(service.metrics().total("sidereus_late_total")).isEqualTo(late);
      steps.note(
          "%d of %d observations late: counted, reported, part of their groups for all time but of"
              + " no window",
          late, survey.rows().size());
    } finally {
      log.stop();
    }
  }

  /** Number of observations after the end of their window on their partition, by offset. */
  private static long late(
      DemoSurvey survey, List<Future<RecordMetadata>> sent, Duration window, Duration grace) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, sent.size()).boxed().toList());
    order.sort(
        (a, b) ->
            Long.compare(
                RunningService.stored(sent.get(a)).offset(),
                RunningService.stored(sent.get(b)).offset()));
    Map<Integer, Instant> streamTimes = new HashMap<>();
    long late = 0;
    for (int i : order) {
      int partition = RunningService.stored(sent.get(i)).partition();
      DemoSurvey.Row row = survey.rows().get(i);
      Instant streamTime = streamTimes.getOrDefault(partition, Instant.MIN.plus(grace));
      Instant end = row.windowStart(window).plus(window);
      if (!end.isAfter(streamTime.minus(grace))) {
        late++;
      }
      if (row.time().isAfter(streamTime)) {
        streamTimes.put(partition, row.time());
      }
    }
    return late;
  }

  private static long inClosedWindows(List<GroupPosterior> groups) {
    return groups.stream()
        .filter(GroupPosterior::getClosed)
        .mapToLong(GroupPosterior::getObjects)
        .sum();
  }

  @Test
  void shouldRejectATimeFarAheadOfTheClockAndLetNothingBeLateBecauseOfIt() throws Exception {
    DemoSurvey survey = DemoSurvey.first(60);
    DemoSurvey.Row wrong = survey.rows().get(0).as("wrong", "galaxy-a");
    try (RunningService service = service("ahead", Map.of("window.grace", "5m"))) {
      Observation ahead = wrong.observation();
      ahead.setTime(Instant.now().plus(Duration.ofDays(30)));
      for (int i = 0; i < 20; i++) {
        ahead.setObject("wrong-" + i);
        service.send(ahead);
      }
      service.flush();
      survey.rows().forEach(row -> service.send(row.observation()));

      service.objects().await(survey.rows().size());
      List<Rejection> rejections = service.rejections().await(20);
      assertThat(rejections)
          .hasSize(20)
          .allSatisfy(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.IMPLAUSIBLE_TIME);
                assertThat(one.getObject()).startsWith("wrong-");
                assertThat(one.getDetail()).contains("observation.max.ahead");
              });
      assertThat(service.metrics().total("sidereus_late_total")).isZero();
    }
  }

  private static ListAppender<ILoggingEvent> listen(String logger) {
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(logger);
    appender.setContext(log.getLoggerContext());
    appender.start();
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    log.addAppender(appender);
    return appender;
  }

  private static void awaitReport(ListAppender<ILoggingEvent> log, String text)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (lines(log).stream()
        .noneMatch(line -> line.contains(text) && line.endsWith("; balanced"))) {
      assertThat(System.nanoTime()).as("%s in %s", text, lines(log)).isLessThan(deadlineNs);
      Thread.sleep(200);
    }
  }

  private static List<String> lines(ListAppender<ILoggingEvent> log) {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
