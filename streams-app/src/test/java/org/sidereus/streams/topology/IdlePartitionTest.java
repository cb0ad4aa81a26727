package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IdlePartitionTest {
  private static final long TICK_MS = 500;

  private long nowMs = 1_000_000;
  private long end = 7;
  private boolean away;
  private long position = 7;
  private final ClientWatch clients =
      new ClientWatch() {
        @Override
        public long commits() {
          return 0;
        }

        @Override
        public TransactionEnd lastEnd() {
          return TransactionEnd.NONE;
        }

        @Override
        public long sincePollNs() {
          return 0;
        }

        @Override
        public OptionalLong position(int number) {
          return OptionalLong.of(position);
        }

        @Override
        public void hold(int number, boolean held) {}

        @Override
        public void begin(int number) {}

        @Override
        public void taken(int number, long bytes) {}
      };
  private final IdlePartition partition =
      new IdlePartition(
          number -> away ? new CompletableFuture<>() : CompletableFuture.completedFuture(end),
          clients,
          0,
          Duration.ofSeconds(10),
          nowMs);

  /** Whether the partition is idle after so many seconds of checks. */
  private boolean after(long seconds) {
    boolean idle = false;
    for (long ms = 0; ms < 1_000 * seconds; ms += TICK_MS) {
      nowMs += TICK_MS;
      idle = partition.isIdle(nowMs);
    }
    return idle;
  }

  @Test
  void shouldBeIdleWhenNothingWasPublishedForLong() {
    assertThat(after(9)).isFalse();
    assertThat(after(2)).isTrue();
    partition.event(nowMs);
    assertThat(after(9)).isFalse();
  }

  @Test
  void shouldNotBeIdleWhileTheBrokersAreAwayNorJustAfter() {
    assertThat(after(5)).isFalse();
    away = true;
    assertThat(after(60)).isFalse();
    away = false;
    assertThat(after(5)).isFalse();
  }

  @Test
  void shouldNotBeIdleWhereEventsArePublishedButNotReadYet() {
    for (int i = 0; i < 20; i++) {
      end++;
      position++;
      assertThat(after(3)).isFalse();
    }
  }

  @Test
  void shouldNotBeIdleWhereEventsAreBehindAnOpenTransaction() {
    end = 27;
    assertThat(after(60)).isFalse();
    position = 27;
    assertThat(after(9)).isFalse();
    assertThat(after(3)).isTrue();
  }

  @Test
  void shouldNotBeIdleWhereTheThreadWasBusyElsewhere() {
    assertThat(after(5)).isFalse();
    nowMs += 60_000;
    assertThat(partition.isIdle(nowMs)).isFalse();
    assertThat(after(9)).isFalse();
    assertThat(after(3)).isTrue();
  }
}
