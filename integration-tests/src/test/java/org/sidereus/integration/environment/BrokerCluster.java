package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/**
 * Three brokers in processes of their own, of which the first is the controller, too, and a
 * registry in this one. Commits want two replicas in sync.
 */
public final class BrokerCluster implements TestEnvironment {
  private static final String HOST = "127.0.0.1";
  private static final String UP = "the broker is up";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final int BROKERS = 3;

  private final Path folder;
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(0);
  private final List<Integer> ports = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();

  private BrokerCluster(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts the brokers.
   *
   * @param folder of their data and logs
   */
  public static BrokerCluster start(Path folder) throws Exception {
    BrokerCluster cluster = new BrokerCluster(Files.createDirectories(folder));
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i <= BROKERS; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
      cluster.ports.add(socket.getLocalPort());
      sockets.add(socket);
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    String id = Uuid.randomUuid().toString();
    for (int node = 1; node <= BROKERS; node++) {
      Path data = Files.createDirectories(folder.resolve("data-" + node));
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setNodeId(node)
          .setClusterId(id)
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .run();
      try (OutputStream file = Files.newOutputStream(cluster.settings(node))) {
        cluster.settings(node, data).store(file, null);
      }
      cluster.processes.add(cluster.launch(node));
    }
    for (int node = 1; node <= BROKERS; node++) {
      cluster.awaitUp(node);
    }
    return cluster;
  }

  /** The program of a process: the file of its settings. */
  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
      settings.load(file);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    server.startup();
    System.out.println(UP);
    Thread.currentThread().join();
  }

  private Path settings(int node) {
    return folder.resolve("broker-" + node + ".properties");
  }

  private Path log(int node) {
    return folder.resolve("broker-" + node + ".log");
  }

  private Properties settings(int node, Path data) {
    String controller = HOST + ":" + ports.get(0);
    String broker = "CLIENTS://" + HOST + ":" + ports.get(node);
    Properties settings = new Properties();
    settings.put("process.roles", node == 1 ? "broker,controller" : "broker");
    settings.put("node.id", Integer.toString(node));
    settings.put("listeners", node == 1 ? broker + ",CONTROLLER://" + controller : broker);
    settings.put("advertised.listeners", broker);
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", "1@" + controller);
    settings.put("log.dirs", data.toString());
    settings.put("offsets.topic.replication.factor", "3");
    settings.put("offsets.topic.num.partitions", "2");
    settings.put("transaction.state.log.replication.factor", "3");
    settings.put("transaction.state.log.min.isr", "2");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
    return settings;
  }

  private Process launch(int node) throws IOException {
    return BrokerProgram.start(BrokerCluster.class, "256m", log(node), settings(node).toString());
  }

  private void awaitUp(int node) throws IOException {
    long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!Files.readString(log(node)).contains(UP)) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError("broker %d does not start".formatted(node));
      }
      ServiceProcess.pause(Duration.ofMillis(100));
    }
  }

  /** SIGKILL to the second and the third broker. */
  public void loseTwo() throws InterruptedException {
    for (Process process : processes.subList(1, BROKERS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Starts the second and the third broker again. */
  public void bringBackTwo() throws IOException {
    for (int node = 2; node <= BROKERS; node++) {
      processes.set(node - 1, launch(node));
    }
    for (int node = 2; node <= BROKERS; node++) {
      awaitUp(node);
    }
  }

  @Override
  public String bootstrapServers() {
    return ports.subList(1, ports.size()).stream()
        .map(port -> HOST + ":" + port)
        .collect(Collectors.joining(","));
  }

  @Override
  public String registryUrl() {
    return registry.url();
  }

  @Override
  public void close() {
    for (Process process : processes) {
      try {
        process.destroyForcibly().waitFor();
      } catch (InterruptedException e) {
        throw new UncheckedIOException(new IOException("interrupted", e));
      }
    }
    registry.close();
  }
}
