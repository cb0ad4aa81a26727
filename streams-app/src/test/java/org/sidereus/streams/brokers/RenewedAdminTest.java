package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class RenewedAdminTest {
  private long nowMs = 1_800_000_000_000L;
  private long nowNs;
  private final List<String> calls = new ArrayList<>();
  private int made;

  private final Admin admin =
      RenewedAdmin.of(this::client, new MachineClock(() -> nowMs, () -> nowNs));

  private Admin client() {
    int number = ++made;
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (self, method, arguments) -> {
              calls.add(method.getName() + " of client " + number);
              if (method.getName().equals("metrics")) {
                throw new IllegalStateException("closed");
              }
              return null;
            });
  }

  private void pass(Duration elapsed, Duration step) {
    nowNs += elapsed.toNanos();
    nowMs += elapsed.plus(step).toMillis();
  }

  @Test
  void shouldTakeAnotherClientAfterTheClockWasSetBack() {
    admin.describeCluster();
    pass(Duration.ofHours(3), Duration.ofMillis(-500));
    admin.describeCluster();
    pass(Duration.ofSeconds(1), Duration.ofHours(-1));
    admin.describeCluster();
    admin.close(Duration.ofSeconds(1));
    assertThat(calls)
        .containsExactly(
            "describeCluster of client 1",
            "describeCluster of client 1",
            "close of client 1",
            "describeCluster of client 2",
            "close of client 2");
  }

  @Test
  void shouldKeepItsClientWhenTheClockIsSetForward() {
    pass(Duration.ofSeconds(1), Duration.ofHours(1));
    admin.describeCluster();
    assertThat(made).isEqualTo(1);
  }

  @Test
  void shouldThrowWhatTheClientThrows() {
    assertThatThrownBy(admin::metrics).isInstanceOf(IllegalStateException.class);
  }
}
