package org.sidereus.streams.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
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

  /** A thread may write to the changelogs of its partitions and to all partitions of topics. */
  @Test
  void shouldHaveABatchInTheBufferForEachPartitionThatAThreadWritesTo() {
    assertThat(streams(2, 4).get("producer.batch.size")).isEqualTo(256 * 1024);
    for (int partitions : new int[] {48, 96, 192}) {
      int batch = (int) streams(2, partitions).get("producer.batch.size");
      long batches = bufferBytes(2) / batch;
      assertThat(batch).isGreaterThanOrEqualTo(16 * 1024);
      assertThat(batches >= 8L * partitions || batch == 16 * 1024)
          .as("%d batches for %d partitions", batches, partitions)
          .isTrue();
    }
  }

  private static Properties streams(int threads, int partitions) {
    ServiceConfig config =
        ServiceConfig.of(Map.of("num.stream.threads", Integer.toString(threads)));
    return new KafkaSettings(config).withPartitions(partitions).streams();
  }

  private static long bufferBytes(int threads) {
    return (long) streams(threads, 1).get("producer.buffer.memory");
  }
}
