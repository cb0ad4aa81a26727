package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.integration.environment.BackgroundPublisher;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/**
 * A new version of a bundle during a survey: an instance with the new version joins, then the
 * instance with the old version leaves.
 */
@Tag("slow")
class NewVersionTest {
  private static final String OLD = "old-1";
  private static final String NEW = "new-2";
  private static final String SAMPLES = "64";
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int PARTS = 12 * 15;

  @TempDir private Path folder;
  private final TestLog log = new TestLog("new version");
  private final DemoSurvey survey = DemoSurvey.first(900);

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldLoseNothingAndMixNothing() throws Exception {
    Path old = version("gce-tng", OLD);
    // Other networks under the same name, so that the test detects a mixture.
    Path next = version("gce-alternative", NEW);
    try (InProcess environment = InProcess.start()) {
      Map<String, String> overrides =
          Map.of("topics.partitions", "4", "num.stream.threads", "1", "bundles", old.toString());
      ServiceKeys keys =
          FaultFreeRun.keys(environment, "versions", folder.resolve("first"), overrides)
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess first = start(keys, READY_TIMEOUT)) {
        log.note("version %s infers", OLD);
        publishPart(clients, 0);
        clients.objects().await(PATIENCE, all -> !all.isEmpty());
        ServiceKeys ofSecond =
            keys.with("state.dir", folder.resolve("second").toString())
                .with("bundles", next.toString())
                .with("bundles.retired", old.toString());
        try (ServiceProcess second =
            ServiceProcess.start(ofSecond, folder, "-Xmx256m", "-XX:TieredStopAtLevel=1")) {
          BackgroundPublisher.during(
              () -> {
                second.awaitReady(READY_TIMEOUT);
                log.note("version %s has joined", NEW);
                ServiceProcess.pause(Duration.ofSeconds(5));
                first.stop();
                log.note("version %s has left", OLD);
              },
              PARTS - 2,
              slice -> publishPart(clients, 1 + slice));
          publishPart(clients, PARTS - 1);
          assertNothingIsLostOrMixed(clients, second, Map.of(OLD, old, NEW, next));
        }
      }
    }
  }

  private void assertNothingIsLostOrMixed(
      SurveyClients clients, ServiceProcess second, Map<String, Path> bundles) throws IOException {
    clients.objects().await(PATIENCE, all -> all.size() >= survey.rows().size());
    List<ObjectPosterior> objects = clients.objects().settled();
    assertThat(objects).hasSize(survey.rows().size());
    assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
    Map<String, Set<String>> byVersion = new TreeMap<>();
    for (ObjectPosterior one : objects) {
      byVersion
          .computeIfAbsent(one.getBundleVersion(), version -> new HashSet<>())
          .add(one.getObject());
    }
    assertThat(byVersion).containsOnlyKeys(OLD, NEW);
    clients.groups().await(PATIENCE, all -> total(last(all)) == survey.rows().size());

    Map<String, GroupPosterior> groups = last(clients.groups().settled());
    for (Map.Entry<String, Set<String>> version : byVersion.entrySet()) {
      DemoSurvey rows =
          new DemoSurvey(
              survey.rows().stream()
                  .filter(row -> version.getValue().contains(row.object()))
                  .toList());
      Path work = Files.createDirectories(folder.resolve("offline-" + version.getKey()));
      rows.write(work.resolve("survey.csv"), FaultFreeRun.WINDOW);
      OfflineGroups offline =
          OfflineGroups.infer(
              bundles.get(version.getKey()).toString(),
              work.resolve("survey.csv"),
              work,
              "--group-column",
              "group",
              "--samples",
              SAMPLES);
      offline
          .groups()
          .keySet()
          .forEach(
              group ->
                  offline.assertAgreesWith(
                      groups.get(group + " " + version.getKey()), group, 1e-9));
      log.note(
          "version %s: %d objects, %d groups as its objects alone say",
          version.getKey(), rows.rows().size(), offline.groups().size());
    }
    assertThat(second.http().metrics().total("sidereus_waiting_groups")).isZero();
    assertThat(second.http().metrics().total("sidereus_pending")).isZero();
    assertThat(second.http().metrics().total("sidereus_posteriors_total"))
        .isEqualTo(survey.rows().size());
  }

  private static Map<String, GroupPosterior> last(List<GroupPosterior> posteriors) {
    Map<String, GroupPosterior> last = new HashMap<>();
    posteriors.stream()
        .filter(one -> one.getWindowStart() == null)
        .forEach(one -> last.put(one.getGroup() + " " + one.getBundleVersion(), one));
    return last;
  }

  private static long total(Map<String, GroupPosterior> groups) {
    return groups.values().stream().collect(Collectors.summingLong(GroupPosterior::getObjects));
  }

  private ServiceProcess start(ServiceKeys keys, Duration timeout) {
    return ServiceProcess.start(keys, folder, "-Xmx256m", "-XX:TieredStopAtLevel=1")
        .awaitReady(timeout);
  }

  /** A copy of a shipped bundle as a version of a bundle of one name. */
  private Path version(String shipped, String version) throws IOException {
    Path from = BundleLocator.ofInstallation().locate(shipped);
    Path to = folder.resolve("bundle-" + version);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    Path manifest = to.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("\"name\" : \"[^\"]*\"", "\"name\" : \"versioned\"")
            .replaceFirst("\"version\" : \"[^\"]*\"", "\"version\" : \"%s\"".formatted(version)));
    return to;
  }

  private void publishPart(SurveyClients clients, int part) {
    int size = survey.rows().size();
    survey
        .rows()
        .subList(size * part / PARTS, size * (part + 1) / PARTS)
        .forEach(row -> clients.send(row.observation()));
    clients.flush();
  }
}
