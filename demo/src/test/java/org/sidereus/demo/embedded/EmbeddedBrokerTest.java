package org.sidereus.demo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;

/** A port is taken between the moment at which it was found free and the start of the broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EmbeddedBrokerTest {
  @TempDir private Path folder;

  private static ServerSocket take() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  }

  private static int free() throws IOException {
    try (ServerSocket socket = take()) {
      return socket.getLocalPort();
    }
  }

  private static int[] threeFree() throws IOException {
    return new int[] {free(), free(), free()};
  }

  private static void assertResponds(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  /** Of the broker, its controller, its own requests. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @Tag("thorough")
  void shouldTryOtherPorts(int taken) throws Exception {
    try (ServerSocket other = take()) {
      int[] first = threeFree();
      first[taken] = other.getLocalPort();
      int[] second = threeFree();
      Deque<int[]> found = new ArrayDeque<>(List.of(first, second.clone()));
      try (EmbeddedBroker broker =
          EmbeddedBroker.start(folder, 0, () -> Objects.requireNonNull(found.poll()))) {
        assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + second[0]);
        assertResponds(broker);
      }
    }
  }

  /** The port of a broker that is down is free, too. */
  @Test
  void shouldNotTakeThePortOfTheClientsForItself() throws Exception {
    int port = free();
    int[] good = threeFree();
    Deque<int[]> found =
        new ArrayDeque<>(
            List.of(new int[] {free(), port, free()}, new int[] {free(), free(), port}, good));
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(folder, port, () -> Objects.requireNonNull(found.poll()))) {
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      assertResponds(broker);
    }
  }

  @Test
  void shouldKeepThePortThatWasAskedFor() throws Exception {
    try (ServerSocket other = take()) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, other.getLocalPort()))
          .isInstanceOf(SidereusException.class)
          .hasMessageContainingAll("127.0.0.1:" + other.getLocalPort(), "Is the port in use?");
    }
  }

  @Test
  @Tag("thorough")
  void shouldKeepItsPortWhenItStartsAgain() throws Exception {
    int[] first = threeFree();
    int[] second = threeFree();
    Deque<int[]> found = new ArrayDeque<>(List.of(first.clone(), second.clone()));
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(folder, 0, () -> Objects.requireNonNull(found.poll()))) {
      broker.stop();
      try (ServerSocket other = new ServerSocket(first[2], 1, InetAddress.getByName("127.0.0.1"))) {
        broker.restart();
        assertThat(other.isBound()).isTrue();
      }
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + first[0]);
      assertResponds(broker);
    }
  }
}
