package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WorkBudgetTest {
  private long nowNs;
  private long commits;
  private long sincePollNs;
  private ClientWatch.TransactionEnd lastEnd = ClientWatch.TransactionEnd.NONE;
  private final ClientWatch clients =
      new ClientWatch() {
        @Override
        public long commits() {
          return commits;
        }

        @Override
        public TransactionEnd lastEnd() {
          return lastEnd;
        }

        @Override
        public long sincePollNs() {
          return sincePollNs;
        }

        @Override
        public OptionalLong position(int partition) {
          return OptionalLong.empty();
        }

        @Override
        public void hold(int partition, boolean held) {}

        @Override
        public void begin(int number) {}

        @Override
        public void taken(int number, long bytes) {}
      };
  private final WorkBudget budget = new WorkBudget(Duration.ofSeconds(30), clients, () -> nowNs);

  private boolean isOverAfter(Duration work) {
    try (WorkBudget.Call call = budget.begin()) {
      nowNs += work.toNanos();
      return call.isOver();
    }
  }

  @Test
  void shouldEndACallLongBeforeTheTransaction() {
    assertThat(isOverAfter(Duration.ofMillis(999))).isFalse();
    assertThat(isOverAfter(Duration.ofMillis(1_000))).isTrue();
  }

  @Test
  void shouldEndAllCallsOfATransactionUntilItIsCommitted() {
    for (int i = 0; i < 10; i++) {
      isOverAfter(Duration.ofMillis(1_000));
    }
    assertThat(isOverAfter(Duration.ZERO)).isTrue();
    commits++;
    assertThat(isOverAfter(Duration.ZERO)).isFalse();
  }

  /** A thread that has nothing to write commits nothing, and its calls still take a little each. */
  @Test
  void shouldForgetWorkThatBelongsToNoTransaction() {
    lastEnd = new ClientWatch.TransactionEnd(1, Duration.ofMinutes(10).toNanos());
    for (int i = 0; i < 400; i++) {
      isOverAfter(Duration.ofMillis(1));
    }
    assertThat(isOverAfter(Duration.ZERO)).as("a share of 1/32 is used up").isTrue();
    nowNs += Duration.ofSeconds(30).toNanos();
    assertThat(isOverAfter(Duration.ZERO)).isFalse();
  }

  /** Each event would else be a transaction of its own until all that was received is taken. */
  @Test
  void shouldGiveNoTimeToAThreadThatMustPollAndAskForNoCommit() {
    sincePollNs = WorkBudget.LONGEST_WITHOUT_POLL.toNanos();
    assertThat(isOverAfter(Duration.ZERO)).isFalse();
    sincePollNs++;
    try (WorkBudget.Call call = budget.begin()) {
      assertThat(call.isOver()).isTrue();
      assertThat(call.awaitsCommit()).isFalse();
    }
    sincePollNs = 0;
    try (WorkBudget.Call call = budget.begin()) {
      nowNs += Duration.ofSeconds(1).toNanos();
      assertThat(call.awaitsCommit()).isTrue();
    }
  }

  @Test
  void shouldGiveEachThreadItsOwn() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      isOverAfter(Duration.ofMillis(1_000));
    }
    List<Boolean> over = new ArrayList<>();
    Thread other = new Thread(() -> over.add(isOverAfter(Duration.ZERO)));
    other.start();
    other.join();
    assertThat(over).containsExactly(false);
  }

  private void endAfter(Duration took) {
    lastEnd = new ClientWatch.TransactionEnd(lastEnd.number() + 1, took.toNanos());
    commits++;
  }

  /** Brokers that throttle would else give each transaction up, again and again. */
  @Test
  void shouldDoLessWhereTransactionsTakeLongToEnd() {
    endAfter(Duration.ofSeconds(20));
    assertThat(isOverAfter(Duration.ofMillis(249))).isFalse();
    assertThat(isOverAfter(Duration.ofMillis(250))).isTrue();
    endAfter(Duration.ofSeconds(10));
    assertThat(budget.callNs()).isEqualTo(Duration.ofMillis(125).toNanos());
    for (int i = 0; i < 100; i++) {
      endAfter(Duration.ofSeconds(60));
      budget.callNs();
    }
    assertThat(budget.callNs()).as("never nothing").isEqualTo(Duration.ofSeconds(1).toNanos() / 32);
    for (int i = 0; i < 5; i++) {
      endAfter(Duration.ofMillis(10));
      budget.callNs();
    }
    assertThat(budget.callNs()).isEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void shouldMakeBatchesSmallerWhereTheEngineIsSlow() {
    BatchLimit limit = new BatchLimit(256);
    assertThat(limit.next(budget.callNs())).isEqualTo(16);
    limit.took(16, Duration.ofSeconds(8).toNanos());
    assertThat(limit.next(budget.callNs())).isEqualTo(2);
    limit.took(2, Duration.ofSeconds(30).toNanos());
    assertThat(limit.next(budget.callNs())).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      limit.took(100, Duration.ofMillis(10).toNanos());
    }
    assertThat(limit.next(budget.callNs())).isEqualTo(256);
  }

  @Test
  void shouldCountWhatIsCommittedOnly() {
    List<String> counted = new ArrayList<>();
    CommittedCounts counts = new CommittedCounts(clients);
    counts.add(() -> counted.add("first"));
    counts.advance();
    assertThat(counted).isEmpty();
    commits++;
    counts.advance();
    counts.add(() -> counted.add("second"));
    counts.advance();
    assertThat(counted).containsExactly("first");
  }
}
