package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadCommitsTest {
  private long nowNs = -5;
  private final ThreadCommits times = times(100);

  private ThreadCommits times(long longestNs) {
    return new ThreadCommits(() -> nowNs, Duration.ofNanos(100), Duration.ofNanos(longestNs));
  }

  @Test
  void shouldKnowThatACommitIsNear() throws InterruptedException {
    assertThat(times.isNear(1)).as("no commit yet").isFalse();
    times.ended(7);
    nowNs += 89;
    assertThat(times.isNear(1)).isFalse();
    nowNs += 1;
    assertThat(times.isNear(1)).isTrue();
    List<Boolean> ofAnother = new ArrayList<>();
    Thread thread = new Thread(() -> ofAnother.add(times.isNear(1)));
    thread.start();
    thread.join();
    assertThat(ofAnother).as("another thread").containsExactly(false);
    nowNs += 109;
    assertThat(times.isNear(1)).as("said before").isFalse();
    assertThat(times.isNear(2)).isTrue();
    nowNs += 1;
    assertThat(times.isNear(3)).as("nothing was committed for long").isFalse();
    times.ended(7);
    nowNs += 90;
    assertThat(times.isNear(1)).as("the next commit").isTrue();
  }

  @Test
  void shouldKnowThatACommitWasRecent() {
    assertThat(times.isRecent()).isFalse();
    assertThat(times.isPast(Duration.ofNanos(20))).as("no commit yet").isTrue();
    times.ended(7);
    nowNs += 6;
    assertThat(times.isRecent()).isTrue();
    nowNs += 1;
    assertThat(times.isRecent()).isFalse();
    nowNs += 12;
    assertThat(times.isPast(Duration.ofNanos(20))).isFalse();
    nowNs += 1;
    assertThat(times.isPast(Duration.ofNanos(20))).isTrue();
  }

  /** With hundreds of partitions. */
  @Test
  void shouldWorkThreeTimesAsLongAsACommitTakesBeforeTheNextOne() {
    ThreadCommits many = times(1_000);
    assertThat(many.isDue()).as("no commit yet").isFalse();
    many.ended(200);
    nowNs += 539;
    assertThat(many.isNear(1)).isFalse();
    nowNs += 1;
    assertThat(many.isNear(1)).isTrue();
    nowNs += 59;
    assertThat(many.isDue()).isFalse();
    nowNs += 1;
    assertThat(many.isDue()).isTrue();
    many.ended(10);
    nowNs += 100;
    assertThat(many.isDue()).as("a short commit").isTrue();
    many.ended(5_000);
    nowNs += 1_000;
    assertThat(many.isDue()).as("Kafka Streams commits by itself").isTrue();
  }

  @Test
  void shouldLeaveFewPartitionsToKafkaStreams() {
    times.ended(7);
    nowNs += 100_000;
    assertThat(times.isDue()).isFalse();
  }
}
