package org.sidereus.demo.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
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
  private static final int BROKER = 0;
  private static final int CONTROLLER = 1;
  private static final int INTERNAL = 2;
  private static final int PORTS = 3;
  private static final int ATTEMPTS = 5;
  private static final String LARGEST_MESSAGE_BYTES = Integer.toString(32 * 1024 * 1024);

  private final Path directory;
  private final @Nullable TemporaryFolder temporary;
  private final Ports free;
  private boolean isFixed;
  private int[] ports;
  private final String protocol;
  private final Map<String, String> listener;
  private final Map<String, String> others;
  private @Nullable KafkaRaftServer server;

  /** Finds free ports on 127.0.0.1: of the broker, of its controller, of its own requests. */
  interface Ports {
    /** Three ports. */
    int[] find();
  }

  private EmbeddedBroker(
      Path directory,
      @Nullable TemporaryFolder temporary,
      int port,
      Ports free,
      String protocol,
      Map<String, String> listener,
      Map<String, String> others) {
    this.directory = directory;
    this.temporary = temporary;
    this.free = free;
    this.isFixed = port != 0;
    this.ports = port == 0 ? free.find() : findBeside(free, port);
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
      return started(
          new EmbeddedBroker(
              folder.path().toAbsolutePath(),
              folder,
              0,
              EmbeddedBroker::freePorts,
              protocol,
              listener,
              settings));
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
    return start(directory, port, EmbeddedBroker::freePorts);
  }

  /**
   * The same, with ports of its own.
   *
   * @param free finds ports that are free now
   */
  static EmbeddedBroker start(Path directory, int port, Ports free) {
    return started(
        new EmbeddedBroker(
            directory.toAbsolutePath(), null, port, free, PLAIN, Map.of(), Map.of()));
  }

  private static EmbeddedBroker started(EmbeddedBroker broker) {
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
    return HOST + ":" + ports[BROKER];
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

  /**
   * Another process can take a port between the moment at which it was found free and that at which
   * Kafka opens it: then other ports are tried. The port of the clients stays where it was asked
   * for, and once the broker has started.
   */
  private void startServer() {
    for (int attempt = 1; server == null; attempt++) {
      KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings()), Time.SYSTEM);
      try {
        startWithoutHalt(starting);
        server = starting;
      } catch (RuntimeException e) {
        starting.shutdown();
        if (attempt == ATTEMPTS || !findOtherPorts()) {
          throw new SidereusException(
              "the embedded broker does not start on %s: %s. Is the port in use?"
                  .formatted(bootstrapServers(), e.getMessage()),
              e);
        }
      }
    }
    isFixed = true;
  }

  /** A controller that cannot open its port would end this process. */
  private static void startWithoutHalt(KafkaRaftServer starting) {
    Exit.setHaltProcedure(
        (status, message) -> {
          throw new SidereusException("a part of the broker does not start");
        });
    try {
      starting.startup();
    } finally {
      Exit.resetHaltProcedure();
    }
  }

  /** Returns whether others help: one that may change was taken, and none that may not. */
  private boolean findOtherPorts() {
    if (Arrays.stream(ports).allMatch(EmbeddedBroker::isFree)
        || (isFixed && !isFree(ports[BROKER]))) {
      return false;
    }
    ports = isFixed ? findBeside(free, ports[BROKER]) : free.find();
    return true;
  }

  /** With this port of the broker, which may be free now, too. */
  private static int[] findBeside(Ports free, int broker) {
    while (true) {
      int[] found = free.find();
      found[BROKER] = broker;
      if (found[CONTROLLER] != broker && found[INTERNAL] != broker) {
        return found;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    String broker =
        "CLIENTS://%s,INTERNAL://%s:%d".formatted(bootstrapServers(), HOST, ports[INTERNAL]);
    settings.put("listeners", broker + ",CONTROLLER://" + HOST + ":" + ports[CONTROLLER]);
    settings.put("advertised.listeners", broker);
    settings.put(
        "listener.security.protocol.map",
        "CLIENTS:%s,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT".formatted(protocol));
    settings.put("inter.broker.listener.name", "INTERNAL");
    listener.forEach((key, value) -> settings.put("listener.name.clients." + key, value));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + ports[CONTROLLER]);
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

  private static int[] freePorts() {
    ServerSocket[] sockets = new ServerSocket[PORTS];
    try {
      int[] ports = new int[PORTS];
      for (int i = 0; i < PORTS; i++) {
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
