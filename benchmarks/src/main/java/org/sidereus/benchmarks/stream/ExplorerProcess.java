package org.sidereus.benchmarks.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidereus.engine.SidereusException;

/** An explorer in a process of its own that is pinned to some processors. */
final class ExplorerProcess implements AutoCloseable {
  private static final String PROGRAM = "org.sidereus.cli.Sidereus";
  private static final Pattern ADDRESS = Pattern.compile("explorer: (http://\\S+);");
  private static final long START_SECONDS = 120;
  private static final long READ_SECONDS = 300;
  private static final long PAUSE_MS = 100;

  private final Process process;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();

  private ExplorerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts an explorer and waits until it serves its pages.
   *
   * @param processors as {@code taskset -c} takes them
   * @param keys of the service's configuration, with the addresses of broker and registry
   * @param folder for its database and its log
   * @throws SidereusException if it does not serve them after two minutes
   */
  static ExplorerProcess start(String processors, Map<String, String> keys, Path folder)
      throws InterruptedException {
    List<String> line = new ArrayList<>(List.of("taskset", "-c", processors));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String property : List.of("sidereus.home", "sidereus.commands")) {
      String value = System.getProperty(property);
      if (value != null) {
        line.add("-D" + property + "=" + value);
      }
    }
    line.addAll(List.of(PROGRAM, "explore", "--port", "0", "--data-dir"));
    line.add(folder.resolve("explorer").toString());
    keys.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    Path log = folder.resolve("explorer.log");
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      ExplorerProcess started =
          new ExplorerProcess(builder.redirectOutput(log.toFile()).start(), log);
      started.await(START_SECONDS, () -> !started.address().isEmpty());
      return started;
    } catch (IOException e) {
      throw new SidereusException(
          "no explorer can be started by taskset, which pins it to processors: "
              + SidereusException.reason(e),
          e);
    }
  }

  /** What is waited for. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private void await(long seconds, Condition condition) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (!condition.holds()) {
        if (!process.isAlive() || System.nanoTime() > deadlineNs) {
          close();
          throw new SidereusException(
              "the explorer did not do its work in %d s: %s"
                  .formatted(seconds, Files.readString(log).strip()));
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (IOException e) {
      close();
      throw new SidereusException(
          "the explorer does not respond: " + SidereusException.reason(e), e);
    }
  }

  /** Its address; empty: it has not said it yet. */
  private String address() throws IOException {
    Matcher line = ADDRESS.matcher(Files.readString(log));
    return line.find() ? line.group(1).replaceAll("/+$", "") : "";
  }

  /**
   * Waits until it has read posteriors of objects.
   *
   * @throws SidereusException if it has not after five minutes
   */
  void awaitPosteriors(long count) throws InterruptedException {
    await(READ_SECONDS, () -> overview().path("object_posteriors").asLong() >= count);
  }

  private JsonNode overview() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/api/overview")).build();
    return new JsonMapper()
        .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    process.destroy();
    ServiceProcesses.awaitEnd(process);
  }
}
