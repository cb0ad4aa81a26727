package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.MachineLimitException;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.testing.LinearGaussianBundle;

/** The end of a process: at SIGTERM whatever it does at that moment, and without memory. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StopTest {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** 128 and the number of SIGTERM. */
  private static final int TERMINATED = 143;

  private static final Set<TransactionState> OPEN =
      Set.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  @TempDir static Path folder;
  private static InProcess environment;

  @BeforeAll
  static void start() {
    environment = InProcess.start();
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  private static ServiceKeys keys(String name, Map<String, String> overrides) {
    return ServiceKeys.of(environment, name, folder.resolve(name), overrides);
  }

  private static ServiceProcess run(ServiceKeys keys, String... javaOptions) {
    List<String> options = new ArrayList<>(List.of(javaOptions));
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-XX:ErrorFile=" + folder.resolve("crash-%p.log"));
    return ServiceProcess.start(keys, folder, options.toArray(String[]::new));
  }

  /** The same with the classes of the tests on its class path. */
  private static ServiceProcess runWithTests(ServiceKeys keys, String... javaOptions) {
    Path tests =
        Path.of(
            URI.create(
                HungrySerde.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    String classPath = CommandRun.classPath() + File.pathSeparator + tests;
    List<String> options = new ArrayList<>(List.of(javaOptions));
    options.add("-XX:TieredStopAtLevel=1");
    return ServiceProcess.start(
        keys, folder, Map.of("CLASSPATH", classPath), options.toArray(String[]::new));
  }

  private static Observation star(int number) {
    List<Measurement> measurements = new ArrayList<>();
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    for (int i = 0; i < y.length; i++) {
      measurements.add(
          new Measurement(LinearGaussianBundle.OBSERVABLES.get(i), y[i] + 0.01 * number % 1, null));
    }
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject("star-" + number)
        .setGroup("field")
        .setTime(Instant.now())
        .setMeasurements(measurements)
        .build();
  }

  @Test
  void shouldLeaveNoTransactionOpenAndLoseNothing() throws Exception {
    Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
    ServiceKeys keys =
        keys("stopped", Map.of("bundles", bundle.toString(), "group.instance.id", "one"))
            .createTopics();
    int sent = 0;
    try (SurveyClients clients = new SurveyClients(keys)) {
      try (ServiceProcess service = run(keys).awaitReady(READY)) {
        clients.send(star(sent++));
        clients.objects().await(SOON, all -> !all.isEmpty());
        for (; sent < 900; sent++) {
          clients.send(star(sent));
        }
        service.terminate();
        for (; sent < 1_200; sent++) {
          clients.send(star(sent));
        }
        assertThat(service.awaitEnd()).as(service.log()).isEqualTo(TERMINATED);
        assertThat(service.log()).contains("everything that was processed is committed");
      }
      assertThat(openTransactions()).isEmpty();

      // The limits keep the virtual machine from collecting garbage for half a minute first.
      try (ServiceProcess service =
          run(keys, "-Xmx8m", "-XX:GCTimeLimit=50", "-XX:GCHeapFreeLimit=25")) {
        assertThat(service.awaitEnd()).as(service.log()).isEqualTo(MachineLimitException.EXIT_CODE);
        assertThat(service.log()).contains("sidereus: the memory is used up", "-Xmx");
      }
      try (ServiceProcess service = run(keys).awaitReady(READY)) {
        int all = sent;
        clients.flush();
        clients.objects().await(SOON, found -> found.size() >= all);
        service.stop();
      }
      List<String> objects =
          clients.objects().settled().stream().map(ObjectPosterior::getObject).toList();
      assertThat(objects).hasSize(sent);
      assertThat(new HashSet<>(objects)).hasSize(sent);
    }
  }

  /** A thread of the stream finds no memory in the middle of a transaction. */
  @Test
  @Tag("slow")
  void shouldEndAtOnceWhenARunningStreamHasNoMemoryAndGoOnExactlyOnce() throws Exception {
    Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("hungry-bundle"), 0, 1);
    ServiceKeys keys =
        keys(
                "hungry",
                Map.of(
                    "bundles",
                    bundle.toString(),
                    "avro.serde.class",
                    HungrySerde.class.getName(),
                    "startup.timeout",
                    "60s",
                    "group.instance.id",
                    "one"))
            .createTopics();
    Path file = folder.resolve("take-all-memory");
    String[] options = {
      "-Xmx192m", "-XX:+ExitOnOutOfMemoryError", "-D" + HungrySerde.FILE + "=" + file
    };
    int sent = 0;
    try (SurveyClients clients = new SurveyClients(keys)) {
      try (ServiceProcess service = runWithTests(keys, options).awaitReady(PATIENCE)) {
        for (; sent < 100; sent++) {
          clients.send(star(sent));
        }
        clients.objects().await(PATIENCE, all -> all.size() >= 100);
        for (; sent < 300; sent++) {
          clients.send(star(sent));
        }
        Files.createFile(file);
        for (; sent < 400; sent++) {
          clients.send(star(sent));
        }
        clients.flush();
        assertThat(service.awaitEnd()).as(service.log()).isEqualTo(MachineLimitException.EXIT_CODE);
        assertThat(file).doesNotExist();
      }
      try (ServiceProcess service = runWithTests(keys, options).awaitReady(PATIENCE)) {
        int all = sent;
        clients.objects().await(PATIENCE, found -> found.size() >= all);
        clients
            .groups()
            .await(
                PATIENCE,
                found ->
                    found.stream().anyMatch(one -> one.getObjects() == all && !one.getClosed()));
        service.stop();
      }
      assertThat(openTransactions()).isEmpty();
      List<String> objects =
          clients.objects().settled().stream().map(ObjectPosterior::getObject).toList();
      assertThat(objects).hasSize(sent).doesNotHaveDuplicates();
    }
  }

  private static Collection<TransactionListing> openTransactions() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", environment.bootstrapServers()))) {
      Collection<TransactionListing> listed = admin.listTransactions().all().get();
      assertThat(listed).as("transactions of the service").isNotEmpty();
      return listed.stream().filter(one -> OPEN.contains(one.state())).toList();
    }
  }

  /** Native code that is at work while the virtual machine is taken down ends in SIGSEGV. */
  @Test
  void shouldStopInOrderWhileEnginesOpen() throws Exception {
    ServiceKeys keys = shipped();
    try (ServiceProcess service = run(keys)) {
      long endNs = System.nanoTime() + READY.toNanos();
      while (!service.log().contains("effective configuration") && System.nanoTime() < endNs) {
        Thread.sleep(20);
      }
      Thread.sleep(300);
      assertStopsInOrder(service);
    }
  }

  @Test
  @Tag("slow")
  void shouldStopInOrderAtAnyMomentOfItsStart() throws Exception {
    ServiceKeys keys = shipped();
    for (int afterMs = 200; afterMs <= 6_000; afterMs += 200) {
      try (ServiceProcess service = run(keys)) {
        Thread.sleep(afterMs);
        assertStopsInOrder(service);
      }
    }
  }

  private static ServiceKeys shipped() {
    return keys("shipped", Map.of("bundles", "gce-tng,gce-alternative,sed-provabgs"));
  }

  private static void assertStopsInOrder(ServiceProcess service) throws Exception {
    long startNs = System.nanoTime();
    service.terminate();
    assertThat(service.awaitEnd()).as(service.log()).isEqualTo(TERMINATED);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(15));
    assertThat(service.log()).doesNotContain("SIGSEGV", "fatal error", "Exception");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("crash-"));
    }
  }
}
