package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sidereus.streams.brokers.ClockSetBackException;
import org.sidereus.streams.brokers.CommitTimes;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.brokers.StreamClients;

/** A consumer of Kafka without a broker waits as long as it is told. */
class WokenConsumerTest {
  private static final TopicPartition NIGHT = new TopicPartition("night", 0);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final StreamClients clients =
      new StreamClients(
          new CommitTimes(System::nanoTime), MachineClock.ofThisMachine(), one -> one);
  private final ObservedClients observed =
      new ObservedClients(
          clients,
          "night",
          new UnpackingLimit(1_000),
          new ThreadCommits(System::nanoTime, Duration.ofMillis(50), Duration.ofMillis(50)),
          new ObservedClients.Brokers() {
            @Override
            public boolean areAway() {
              return false;
            }

            @Override
            public void memberIsGone(String memberId) {
              // No group.
            }
          });
  private final Map<String, Object> settings =
      Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "night", "client.id", "night");

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void shouldEndACallThatWaits() throws Exception {
    for (Consumer<byte[], byte[]> one :
        List.of(observed.getConsumer(settings), observed.getRestoreConsumer(settings))) {
      try (one) {
        one.assign(Set.of(NIGHT));
        CompletableFuture<Integer> found =
            CompletableFuture.supplyAsync(() -> one.poll(LONG).count());
        clients.wakeConsumers();
        assertThatThrownBy(found::get).hasCauseInstanceOf(ClockSetBackException.class);
      }
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void shouldEndTheNextCall() {
    try (Consumer<byte[], byte[]> one = observed.getRestoreConsumer(settings)) {
      clients.wakeConsumers();
      assertThatThrownBy(() -> one.committed(Set.of(NIGHT), LONG))
          .isInstanceOf(ClockSetBackException.class)
          .hasMessageStartingWith("committed was ended");
    }
  }
}
