package org.sidereus.benchmarks.stream;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;

/** Instances of the service, each a process of its own that is pinned to some processors. */
final class ServiceProcesses implements AutoCloseable {
  private static final String PROGRAM = "org.sidereus.cli.Sidereus";
  private static final long START_SECONDS = 180;
  private static final long PAUSE_MS = 200;
  private static final long END_SECONDS = 30;

  private final List<Process> processes = new ArrayList<>();

  private ServiceProcesses() {}

  /**
   * Starts instances and waits until each has its share of the partitions.
   *
   * @param processors lists of processors as {@code taskset -c} takes them; the instances take them
   *     in turns
   * @param keys of the service's configuration
   * @param folder where each has a folder for its state, and its log
   * @throws SidereusException if they do not run after three minutes
   */
  static ServiceProcesses start(
      int instances, List<String> processors, Map<String, String> keys, Path folder)
      throws InterruptedException {
    ServiceProcesses all = new ServiceProcesses();
    try {
      for (int i = 0; i < instances; i++) {
        all.start(i, processors.get(i % processors.size()), keys, folder);
      }
      all.awaitMembers(instances, ServiceConfig.of(keys));
      return all;
    } catch (RuntimeException | InterruptedException e) {
      all.close();
      throw e;
    }
  }

  private void start(int number, String processors, Map<String, String> keys, Path folder) {
    Map<String, String> own = new HashMap<>(keys);
    own.put("state.dir", folder.resolve("state-" + number).toString());
    own.put("http.port", "0");
    own.put("num.stream.threads", "1");
    List<String> line = new ArrayList<>(List.of("taskset", "-c", processors));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-XX:+UseParallelGC");
    for (String property : List.of("sidereus.home", "sidereus.commands")) {
      String value = System.getProperty(property);
      if (value != null) {
        line.add("-D" + property + "=" + value);
      }
    }
    line.add(PROGRAM);
    line.add("run");
    own.forEach((key, value) -> Collections.addAll(line, "--set", key + "=" + value));
    Path log = folder.resolve("instance-" + number + ".log");
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      processes.add(builder.redirectOutput(log.toFile()).start());
    } catch (IOException e) {
      throw new SidereusException(
          "no instance can be started by taskset, which pins it to processors: " + e.getMessage(),
          e);
    }
  }

  private void awaitMembers(int instances, ServiceConfig config) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
      while (!isComplete(admin, config.applicationId(), instances)) {
        check();
        if (System.nanoTime() > deadlineNs) {
          throw new SidereusException(
              "%d instances do not run after %d s; see their logs"
                  .formatted(instances, START_SECONDS));
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  /**
   * Looks whether all still run.
   *
   * @throws SidereusException if one has ended
   */
  void check() {
    for (Process one : processes) {
      if (!one.isAlive()) {
        throw new SidereusException(
            "an instance ended with code %d; see its log".formatted(one.exitValue()));
      }
    }
  }

  private static boolean isComplete(Admin admin, String group, int members)
      throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .anyMatch(found -> isComplete(found, members));
    } catch (ExecutionException e) {
      return false; // before the first member comes there is no group
    }
  }

  private static boolean isComplete(ConsumerGroupDescription group, int members) {
    long working =
        group.members().stream()
            .filter(one -> !one.assignment().topicPartitions().isEmpty())
            .count();
    return group.groupState() == GroupState.STABLE && working == members;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    processes.forEach(ServiceProcesses::awaitEnd);
  }

  /** Waits for a process that was told to end, and ends it by force where that takes too long. */
  static void awaitEnd(Process ending) {
    try {
      if (!ending.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        ending.destroyForcibly();
      }
    } catch (InterruptedException e) {
      ending.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
