package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidereus.cli.Sidereus;

/** {@code sidereus run} in another process, which can be killed. */
public final class ServiceProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("HTTP endpoints at (http://\\S+);");
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private Endpoint http;

  private ServiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the process and does not wait.
   *
   * @param folder where its log is kept
   * @param javaOptions options of its Java virtual machine
   */
  public static ServiceProcess start(ServiceKeys keys, Path folder, String... javaOptions) {
    return start(keys, folder, Map.of(), javaOptions);
  }

  /**
   * Starts the process and does not wait.
   *
   * @param folder where its log is kept
   * @param environment variables beside those of this process
   * @param javaOptions options of its Java virtual machine
   */
  public static ServiceProcess start(
      ServiceKeys keys, Path folder, Map<String, String> environment, String... javaOptions) {
    try {
      Path log = Files.createTempFile(folder, "service-", ".log");
      return start(builder(keys, environment, javaOptions).redirectOutput(log.toFile()), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts the process and does not wait. What it says goes into a pipe, {@link #output}, and not
   * into a log.
   *
   * @param folder for an empty log
   */
  public static ServiceProcess startIntoPipe(
      ServiceKeys keys, Path folder, Map<String, String> environment, String... javaOptions) {
    try {
      Path log = Files.createTempFile(folder, "service-", ".log");
      return start(builder(keys, environment, javaOptions), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServiceProcess start(ProcessBuilder builder, Path log) throws IOException {
    ServiceProcess started = new ServiceProcess(builder.start(), log);
    // The process ends with the tests, also if they are aborted.
    Runtime.getRuntime().addShutdownHook(new Thread(started.process::destroyForcibly));
    return started;
  }

  private static ProcessBuilder builder(
      ServiceKeys keys, Map<String, String> environment, String... javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseParallelGC");
    command.addAll(List.of(javaOptions));
    command.add("-Dsidereus.home=" + System.getProperty("sidereus.home"));
    command.add(Sidereus.class.getName());
    command.add("run");
    command.addAll(keys.options());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", CommandRun.classPath());
    builder.environment().putAll(environment);
    return builder;
  }

  /** The pipe of {@link #startIntoPipe}. */
  public InputStream output() {
    return process.getInputStream();
  }

  public long pid() {
    return process.pid();
  }

  /** What it has said. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether its log has the line that it is ready. */
  public boolean isReady() {
    return process.isAlive() && log().contains("sidereus: ready");
  }

  /** Waits until it is ready. */
  public ServiceProcess awaitReady(Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNs) {
        throw new AssertionError(
            "the service is not ready after %s, %s:%n%s"
                .formatted(timeout, process.isAlive() ? "alive" : "dead", log()));
      }
      pause(Duration.ofMillis(100));
    }
    return this;
  }

  /** Its HTTP endpoints; their address must be in its log. */
  public synchronized Endpoint http() {
    if (http == null) {
      http = new Endpoint(address().orElseThrow(() -> new AssertionError("no address: " + log())));
    }
    return http;
  }

  private Optional<String> address() {
    Matcher matcher = ADDRESS.matcher(log());
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM, as an operator stops it. */
  public void stop() {
    terminate();
    awaitEnd();
  }

  /** SIGSTOP: the process stands still, and its connections stay open. */
  public void freeze() {
    Signal.STOP.to(process);
  }

  /** SIGCONT. */
  public void thaw() {
    Signal.CONT.to(process);
  }

  /** Sends SIGTERM and does not wait. */
  public void terminate() {
    process.destroy();
  }

  /**
   * Waits until the process has ended.
   *
   * @return its exit code; 128 and the number of the signal that ended it
   */
  public int awaitEnd() {
    try {
      if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the service does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Lets time pass. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    awaitEnd();
  }
}
