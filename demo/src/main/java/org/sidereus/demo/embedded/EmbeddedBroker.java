package org.sidereus.demo.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A real Kafka broker inside this process: one node that is broker and KRaft controller, on
 * 127.0.0.1 only, for the demo and for tests. It can be stopped and started again on the same
 * directory and port, and its data are still there.
 *
 * <p>Its clients need no password, unless it is started with a listener that requires one. It uses
 * another listener for its own requests.
 *
 * <p>Not for production: every internal topic has one replica.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String PLAIN = "PLAINTEXT";
  private static final int NODE_ID = 1;
  private static final String LARGEST_MESSAGE_BYTES = Integer.toString(32 * 1024 * 1024);

  private final Path directory;
  private final @Nullable TemporaryFolder temporary;
  private final int brokerPort;
  private final int controllerPort;
  private final int internalPort;
  private final String protocol;
  private final Map<String, String> listener;
  private final Map<String, String> others;
  private @Nullable KafkaRaftServer server;

  private EmbeddedBroker(
      Path directory,
      @Nullable TemporaryFolder temporary,
      int[] ports,
      String protocol,
      Map<String, String> listener,
      Map<String, String> others) {
    this.directory = directory;
    this.temporary = temporary;
    this.brokerPort = ports[0];
    this.controllerPort = ports[1];
    this.internalPort = ports[2];
    this.protocol = protocol;
    this.listener = Map.copyOf(listener);
    this.others = Map.copyOf(others);
  }

  /** Starts a broker on free ports, with a temporary directory that {@link #close()} deletes. */
  public static EmbeddedBroker start() {
    return start(PLAIN, Map.of());
  }

  /**
   * Starts a broker whose clients must speak a protocol, with a temporary directory.
   *
   * @param protocol for example {@code SASL_SSL}
   * @param listener settings of the listener for clients, such as {@code ssl.keystore.location}
   */
  public static EmbeddedBroker start(String protocol, Map<String, String> listener) {
    return start(protocol, listener, Map.of());
  }

  /**
   * The same with more settings of the broker, such as an authorizer. The broker's own listener
   * needs no password: its principal is {@code User:ANONYMOUS}.
   */
  public static EmbeddedBroker start(
      String protocol, Map<String, String> listener, Map<String, String> settings) {
    try {
      TemporaryFolder folder = TemporaryFolder.make("sidereus-broker");
      return started(folder.path(), folder, 0, protocol, listener, settings);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for the broker", e);
    }
  }

  /**
   * Starts a broker that keeps its data.
   *
   * @param directory folder of the data
   * @param port of the broker on 127.0.0.1; 0: any free one
   */
  public static EmbeddedBroker start(Path directory, int port) {
    return started(directory, null, port, PLAIN, Map.of(), Map.of());
  }

  private static EmbeddedBroker started(
      Path directory,
      @Nullable TemporaryFolder temporary,
      int port,
      String protocol,
      Map<String, String> listener,
      Map<String, String> settings) {
    int[] ports = freePorts(3);
    ports[0] = port == 0 ? ports[0] : port;
    EmbeddedBroker broker =
        new EmbeddedBroker(
            directory.toAbsolutePath(), temporary, ports, protocol, listener, settings);
    try {
      broker.format();
      broker.startServer();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Address for clients: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return HOST + ":" + brokerPort;
  }

  /** Stops the broker and keeps its data; clients see that it is gone. */
  public synchronized void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  /** Starts the broker again after {@link #stop()}, on the same address with the same data. */
  public synchronized void restart() {
    if (server == null) {
      startServer();
    }
  }

  @Override
  public synchronized void close() {
    stop();
    if (temporary != null) {
      temporary.close();
    }
  }

  private void format() {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return; // The data of an earlier broker, with the identifier of its cluster.
    }
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new SidereusException(
          "the directory %s cannot hold a broker's data: %s. Choose an empty directory that can be written"
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  private void startServer() {
    KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings()), Time.SYSTEM);
    try {
      starting.startup();
    } catch (RuntimeException e) {
      starting.shutdown();
      throw new SidereusException(
          "the embedded broker does not start on %s: %s. Is the port in use?"
              .formatted(bootstrapServers(), e.getMessage()),
          e);
    }
    server = starting;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    String broker =
        "CLIENTS://%s,INTERNAL://%s:%d".formatted(bootstrapServers(), HOST, internalPort);
    settings.put("listeners", broker + ",CONTROLLER://" + HOST + ":" + controllerPort);
    settings.put("advertised.listeners", broker);
    settings.put(
        "listener.security.protocol.map",
        "CLIENTS:%s,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT".formatted(protocol));
    settings.put("inter.broker.listener.name", "INTERNAL");
    listener.forEach((key, value) -> settings.put("listener.name.clients." + key, value));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    settings.put("log.dirs", directory.toString());

    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "2");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // A controlled shutdown gives each partition to another broker. Here there is none, and Kafka
    // 4.3 then completes a transaction without its markers in partitions that have no leader.
    settings.put("controlled.shutdown.enable", "false");
    // On a busy machine the markers of one transaction may be late for the next transaction.
    settings.put("add.partitions.to.txn.retry.backoff.max.ms", "1000");
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", LARGEST_MESSAGE_BYTES);

    // The one instance does not have to wait for others.
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
    settings.putAll(others);
    return settings;
  }

  private static int[] freePorts(int count) {
    ServerSocket[] sockets = new ServerSocket[count];
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        sockets[i] = new ServerSocket(0, 1, InetAddress.getByName(HOST));
        ports[i] = sockets[i].getLocalPort();
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    }
  }
}
