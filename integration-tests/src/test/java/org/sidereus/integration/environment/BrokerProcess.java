package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** A broker in a process of its own, which can be killed or frozen, and a registry in this one. */
public final class BrokerProcess implements TestEnvironment {
  private static final String UP = "the broker listens at ";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  private final Path folder;
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);
  private int port;
  private Process process;

  private BrokerProcess(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts a broker on a free port.
   *
   * @param folder of its data and its log
   */
  public static BrokerProcess start(Path folder) {
    BrokerProcess started = new BrokerProcess(folder);
    started.restart();
    return started;
  }

  /** The program of the process: folder of the data, port (0: any free one). */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::stop));
    System.out.println(UP + broker.bootstrapServers());
    Thread.currentThread().join();
  }

  /** Starts the broker again on the same port with the same data, and waits until it listens. */
  public void restart() {
    try {
      Path log = Files.createTempFile(Files.createDirectories(folder), "broker-", ".log");
      String data = folder.resolve("data").toString();
      process = BrokerProgram.start(BrokerProcess.class, "384m", log, data, Integer.toString(port));
      port = Integer.parseInt(address(log).split(":", 2)[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String address(Path log) throws IOException {
    long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
    while (true) {
      String said = Files.readString(log);
      if (said.contains(UP) && said.endsWith(System.lineSeparator())) {
        return said.lines()
            .filter(line -> line.startsWith(UP))
            .findFirst()
            .orElseThrow()
            .substring(UP.length());
      }
      if (!process.isAlive() || System.nanoTime() > deadlineNs) {
        throw new AssertionError("the broker does not start: " + said);
      }
      ServiceProcess.pause(Duration.ofMillis(20));
    }
  }

  /**
   * An outage begins.
   *
   * @param kind {@code stop} (in order), {@code kill} or {@code freeze}
   */
  public void goes(String kind) {
    switch (kind) {
      case "stop" -> stop();
      case "kill" -> kill();
      case "freeze" -> freeze();
      default -> throw new IllegalArgumentException("no kind of outage: " + kind);
    }
  }

  /** The outage of that kind ends; the broker responds again. */
  public void returns(String kind) {
    if (kind.equals("freeze")) {
      thaw();
    } else {
      restart();
    }
  }

  /** SIGTERM: the broker stops in order. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGSTOP: connections stay open, and nothing responds. */
  public void freeze() {
    Signal.STOP.to(process);
  }

  /** SIGCONT. */
  public void thaw() {
    Signal.CONT.to(process);
  }

  /** The broker is killed and comes back on the same port with an empty disk. */
  public void loseData() {
    kill();
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      files.sorted(Comparator.reverseOrder()).forEach(one -> one.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public String registryUrl() {
    return registry.url();
  }

  @Override
  public void close() {
    kill();
    registry.close();
  }
}
