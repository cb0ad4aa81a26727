package org.sidereus.integration.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.ComposeFile;
import org.sidereus.integration.environment.Endpoint;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.registry.ApicurioRegistry;

/**
 * The services of the compose file as processes, with its settings. Host names and ports are
 * replaced by free ports of this machine. A path of a container below a volume of its service lies
 * in the folder of that volume; any other one lies in the folder of the container, which is deleted
 * when the service goes down.
 */
final class StackProcesses implements AutoCloseable {
  static final String KAFKA = "kafka";
  static final String REGISTRY = "registry";
  static final String SIDEREUS = "sidereus";
  private static final Duration LONGEST_START = Duration.ofSeconds(300);
  private static final String DEFAULT_LOG_DIRS = "/tmp/kafka-logs";

  /** A configuration of the broker's log, which the wrapper wants to read. */
  private static final String LOG =
      """
      Configuration:
        Appenders:
          Console:
            name: STDOUT
        Loggers:
          Root:
            level: INFO
            AppenderRef:
              - ref: STDOUT
      """;

  private final ComposeFile compose = ComposeFile.ofCheckout();
  private final Map<String, String> addresses = new TreeMap<>(Comparator.reverseOrder());
  private final Map<String, Runnable> running = new HashMap<>();
  private final Path folder;
  private final Path apicurio;
  private final Path java;

  /**
   * No service is up.
   *
   * @param folder for volumes and containers
   * @param apicurio folder of the registry's distribution
   * @param java home of a Java runtime that runs the registry
   */
  StackProcesses(Path folder, Path apicurio, Path java) throws IOException {
    this.folder = folder;
    this.apicurio = apicurio;
    this.java = java;
    for (String listener : List.of("HOST://:9092", "CONTROLLER://:9093", "INTERNAL://:19092")) {
      String port = listener.substring(listener.lastIndexOf(':') + 1);
      String address = "127.0.0.1:" + ApicurioRegistry.freePort();
      addresses.put(listener, listener.substring(0, listener.indexOf(':')) + "://" + address);
      addresses.put("kafka:" + port, address);
      addresses.put("localhost:" + port, address);
    }
    addresses.put("registry:8080", "127.0.0.1:" + ApicurioRegistry.freePort());
  }

  private String local(String text) {
    String changed = text;
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      changed = changed.replace(address.getKey(), address.getValue());
    }
    return changed;
  }

  private Map<String, String> environment(String service) {
    Map<String, String> environment = new TreeMap<>();
    compose.environment(service).forEach((key, value) -> environment.put(key, local(value)));
    return environment;
  }

  /** Where a path of a container lies. */
  private Path place(String service, String path) {
    for (JsonNode volume : compose.service(service).path("volumes")) {
      String name = volume.asText().split(":")[0];
      String mounted = volume.asText().split(":")[1];
      if (path.equals(mounted) || path.startsWith(mounted + "/")) {
        return volume(name).resolve("." + path.substring(mounted.length())).normalize();
      }
    }
    return folder.resolve("containers").resolve(service).resolve("." + path).normalize();
  }

  /** The folder of a volume. */
  Path volume(String name) {
    return folder.resolve("volumes").resolve(name);
  }

  /** Starts services in this order, each when the one before is healthy. */
  void up(String... services) throws Exception {
    for (String service : services) {
      Files.createDirectories(folder.resolve("containers").resolve(service));
      running.put(
          service,
          switch (service) {
            case KAFKA -> startBroker();
            case REGISTRY -> startRegistry();
            default -> startSidereus();
          });
    }
  }

  /** Stops services in this order, and deletes what lies on no volume. */
  void down(String... services) throws Exception {
    for (String service : services) {
      running.remove(service).run();
      delete(folder.resolve("containers").resolve(service));
    }
  }

  /** As the image does it: the wrapper makes the settings and formats the folder of the data. */
  private Runnable startBroker() throws Exception {
    Map<String, String> environment = environment(KAFKA);
    Path data = place(KAFKA, environment.getOrDefault("KAFKA_LOG_DIRS", DEFAULT_LOG_DIRS));
    environment.put("KAFKA_LOG_DIRS", data.toString());
    environment.put("CLUSTER_ID", clusterId(data));
    Path container = folder.resolve("containers").resolve(KAFKA);
    Path defaults = Files.createDirectories(container.resolve("defaults"));
    for (String file : List.of("server.properties", "log4j2.yaml", "tools-log4j2.yaml")) {
      Files.writeString(defaults.resolve(file), file.endsWith("yaml") ? LOG : "");
    }
    Path mounted = Files.createDirectories(container.resolve("mounted"));
    Path settings = Files.createDirectories(container.resolve("final"));
    Process setup =
        java(
            environment,
            container.resolve("setup.log"),
            "kafka.docker.KafkaDockerWrapper",
            "setup",
            "--default-configs-dir",
            defaults.toString(),
            "--mounted-configs-dir",
            mounted.toString(),
            "--final-configs-dir",
            settings.toString());
    setup.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
    String said = Files.readString(container.resolve("setup.log"));
    if (setup.exitValue() != 0 && !said.contains("already formatted")) {
      throw new AssertionError("no settings of the broker: " + said);
    }
    Path log = folder.resolve("kafka.log");
    Process broker =
        java(environment, log, "kafka.Kafka", settings.resolve("server.properties").toString());
    awaitBroker(broker, log);
    return () -> stop(broker);
  }

  private static void stop(Process broker) {
    broker.destroy();
    try {
      if (!broker.waitFor(60, TimeUnit.SECONDS)) {
        broker.destroyForcibly();
        throw new AssertionError("the broker does not stop");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** As the command of the compose file does it: that of the volume, or a new one. */
  private static String clusterId(Path data) throws IOException {
    Path file = data.resolve("meta.properties");
    if (!Files.exists(file)) {
      return Uuid.randomUuid().toString();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("cluster.id="))
        .map(line -> line.substring("cluster.id=".length()))
        .findFirst()
        .orElseThrow();
  }

  private static Process java(Map<String, String> environment, Path log, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("CLASSPATH", CommandRun.classPath());
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private void awaitBroker(Process broker, Path log) throws Exception {
    long deadlineNs = System.nanoTime() + LONGEST_START.toNanos();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers(), "request.timeout.ms", 2000);
    try (Admin admin = Admin.create(settings)) {
      while (true) {
        try {
          admin.describeCluster().nodes().get(3, TimeUnit.SECONDS);
          return;
        } catch (ExecutionException | TimeoutException e) {
          if (!broker.isAlive() || System.nanoTime() > deadlineNs) {
            throw new AssertionError("the broker did not start: " + Files.readString(log), e);
          }
        }
      }
    }
  }

  private Runnable startRegistry() throws Exception {
    int port = Integer.parseInt(addresses.get("registry:8080").split(":")[1]);
    return ApicurioRegistry.start(apicurio, java, port, environment(REGISTRY))::close;
  }

  private Runnable startSidereus() {
    ServiceProcess process =
        ServiceProcess.start(new ServiceKeys(SIDEREUS, keys()), folder).awaitReady(LONGEST_START);
    return process::stop;
  }

  /** The configuration of the service, by key. */
  private Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    environment(SIDEREUS)
        .forEach(
            (name, value) ->
                keys.put(
                    name.substring("SIDEREUS_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                    value));
    keys.put("http.host", "127.0.0.1");
    keys.put("http.port", "0");
    keys.put("state.dir", place(SIDEREUS, keys.get("state.dir")).toString());
    keys.put("topics.partitions", "4");
    return keys;
  }

  /** What clients of the stack need to know. */
  ServiceKeys clients() {
    return new ServiceKeys(SIDEREUS, keys());
  }

  private String bootstrapServers() {
    return addresses.get("kafka:19092");
  }

  /** The registry. */
  Endpoint registry() {
    return new Endpoint("http://" + addresses.get("registry:8080") + "/apis/ccompat/v7");
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    for (String service : List.of(SIDEREUS, REGISTRY, KAFKA)) {
      Runnable stop = running.remove(service);
      if (stop != null) {
        stop.run();
      }
    }
  }
}
