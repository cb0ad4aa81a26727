package org.sidereus.streams.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapShareTest {
  @Test
  void shouldLeaveSomethingToTheOthers() {
    assertThat(HeapShare.isUsedUp(49, 49, 100)).isFalse();
    assertThat(HeapShare.isUsedUp(50, 50, 100)).as("one alone").isTrue();
    assertThat(HeapShare.isUsedUp(33, 66, 100)).isFalse();
    assertThat(HeapShare.isUsedUp(34, 67, 100)).as("one of two").isTrue();
    assertThat(HeapShare.isUsedUp(0, 500, 100)).as("one that has nothing").isFalse();
  }

  /** The largest message must fit, whatever the heap. */
  @Test
  void shouldBoundWhatAllThreadsHaveNotSentYet() {
    long one = bufferBytes(1);
    long hundred = bufferBytes(100);
    long message = new KafkaSettings(ServiceConfig.defaults()).maxMessageBytes();
    assertThat(one).isBetween(message, Math.max(message, HeapShare.bytes()));
    assertThat(hundred).isBetween(message, Math.max(message, HeapShare.bytes() / 100));
  }

  private static long bufferBytes(int threads) {
    return (long)
        new KafkaSettings(ServiceConfig.of(Map.of("num.stream.threads", Integer.toString(threads))))
            .streams()
            .get("producer.buffer.memory");
  }
}
