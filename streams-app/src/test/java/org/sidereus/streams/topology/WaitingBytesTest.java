package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingBytesTest {
  private static final long MOST = 100 << 20;
  private static final int EVENT = 1 << 20;

  private final WaitingBytes memory = new WaitingBytes(MOST);

  private static final class Partition {
    private final WaitingBytes.Account account;
    private int events;

    private Partition(WaitingBytes.Account account) {
      this.account = account;
    }

    private boolean isFull() {
      return account.isFull((long) events * EVENT, events);
    }

    private void fill() {
      while (!isFull()) {
        events++;
      }
    }
  }

  private Partition partition() {
    return new Partition(memory.account());
  }

  @Test
  void shouldBoundAllPartitionsTogether() {
    List<Partition> all = new ArrayList<>();
    for (int i = 0; i < 192; i++) {
      Partition one = partition();
      one.fill();
      all.add(one);
    }
    int events = all.stream().mapToInt(one -> one.events).sum();
    // Each may have one event, whatever the others have.
    assertThat((long) events * EVENT).isLessThan(MOST + 192L * EVENT);
    assertThat(all.get(0).events).isEqualTo(50);
    assertThat(all).allMatch(one -> one.events >= 1);
  }

  @Test
  void shouldLeaveMemoryToTheOthers() {
    Partition greedy = partition();
    greedy.fill();
    assertThat(greedy.isFull()).isTrue();
    Partition other = partition();
    assertThat(other.isFull()).isFalse();
    other.events = 10;
    assertThat(other.isFull()).isFalse();
    other.fill();
    assertThat(other.events).isEqualTo(25);

    other.account.close();
    greedy.events = 45;
    assertThat(greedy.isFull()).as("the other has left").isFalse();
  }

  @Test
  void shouldLetAPartitionReadAtWhichNothingWaits() {
    Partition first = partition();
    first.events = 200; // what its buffer had, or an earlier owner left
    assertThat(first.isFull()).isTrue();
    Partition second = partition();
    assertThat(second.isFull()).isFalse();
    second.events = 1;
    assertThat(second.isFull()).isTrue();
  }

  @Test
  void shouldCountSmallEvents() {
    WaitingBytes.Account account = memory.account();
    assertThat(account.isFull(0, 90_000)).isFalse();
    assertThat(account.isFull(0, 110_000)).isTrue();
  }
}
