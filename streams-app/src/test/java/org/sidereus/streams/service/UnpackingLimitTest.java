package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.streams.topology.ClientWatch;

class UnpackingLimitTest {
  private static final int FREE = 100_000;
  private static final long BASE_OFFSET = 1_000;
  private static final int LARGE = 20_000_000;

  private final UnpackingLimit limit = new UnpackingLimit(FREE);

  private static Compression compression(String name) {
    return switch (name) {
      case "gzip" -> Compression.gzip().build();
      case "lz4" -> Compression.lz4().build();
      case "zstd" -> Compression.zstd().build();
      default -> Compression.NONE;
    };
  }

  private static SimpleRecord small(String text) {
    return new SimpleRecord(
        5, "key".getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Record> limited(MemoryRecords records) {
    List<Record> all = new ArrayList<>();
    for (RecordBatch batch : limit.limited(records.batches())) {
      batch.ensureValid();
      batch.forEach(all::add);
    }
    return all;
  }

  private static String value(Record record) {
    return StandardCharsets.UTF_8.decode(record.value()).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  void shouldReplaceTheRecordThatUnpacksToTooMuchAndNoOther(String compression) {
    SimpleRecord bomb = new SimpleRecord(6, null, new byte[LARGE]);
    MemoryRecords records =
        MemoryRecords.withTransactionalRecords(
            BASE_OFFSET,
            compression(compression),
            77,
            (short) 3,
            4,
            2,
            small("before"),
            bomb,
            small("after"));
    List<Record> all = limited(records);
    assertThat(all).extracting(Record::offset).containsExactly(1_000L, 1_001L, 1_002L);
    assertThat(value(all.get(0))).isEqualTo("before");
    assertThat(value(all.get(2))).isEqualTo("after");
    assertThat(all.get(1).timestamp()).isEqualTo(6);
    assertThat(all.get(1).hasValue()).isFalse();
    assertThat(all.get(1).headers()[0].key()).isEqualTo(ClientWatch.NOT_UNPACKED);
    assertThat(ByteBuffer.wrap(all.get(1).headers()[0].value()).getLong())
        .isBetween((long) LARGE, LARGE + 100L);
    RecordBatch batch = limit.limited(records.batches()).get(0);
    assertThat(batch.isTransactional()).isTrue();
    assertThat(batch.producerId()).isEqualTo(77);
    assertThat(batch.lastOffset()).isEqualTo(1_002);
    assertThat(batch.sizeInBytes()).isLessThan(1_000);
  }

  /** A hundred records that are allowed one by one. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  void shouldBoundWhatManyRecordsUnpackTo(String compression) {
    SimpleRecord[] many = new SimpleRecord[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = new SimpleRecord(5, null, new byte[FREE - 100]);
    }
    MemoryRecords records = MemoryRecords.withRecords(compression(compression), many);
    List<Record> all = limited(records);
    assertThat(all).hasSize(100);
    long bytes = all.stream().mapToLong(Record::sizeInBytes).sum();
    assertThat(bytes).isBetween(FREE / 2L, FREE + 50L * records.sizeInBytes() + 100 * 100);
  }

  /** A hundred batches of one record, each of which is allowed alone. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  void shouldBoundWhatTheBatchesOfOneFetchUnpackToAndLeaveTheRestToTheNext(String compression) {
    UnpackingLimit large = new UnpackingLimit(2_000_000);
    List<RecordBatch> batches = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      MemoryRecords.withRecords(
              compression(compression),
              new SimpleRecord(
                  5,
                  new byte[0],
                  new byte[0],
                  new Header[] {new RecordHeader("x", new byte[1_000_000])}))
          .batches()
          .forEach(batches::add);
    }
    List<RecordBatch> first = large.limited(batches);
    assertThat(first).hasSizeBetween(2, 12);
    assertThat(first).isEqualTo(batches.subList(0, first.size()));
    assertThat(large.limited(batches.subList(99, 100))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "lz4", "zstd"})
  void shouldLeaveOrdinaryBatchesAsTheyAre(String compression) {
    Random random = new Random(1);
    SimpleRecord[] many = new SimpleRecord[2_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = small("observation of star " + i + " at " + random.nextGaussian());
    }
    MemoryRecords records = MemoryRecords.withRecords(compression(compression), many);
    RecordBatch batch = records.batches().iterator().next();
    assertThat(limit.limited(List.of(batch)).get(0)).isSameAs(batch);
  }

  /** What the brokers do not check is for the consumer to report. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  void shouldLeaveDamagedBatchesAsTheyAre(String compression) {
    MemoryRecords records =
        MemoryRecords.withRecords(
            compression(compression), new SimpleRecord(6, null, new byte[LARGE]));
    ByteBuffer damaged = records.buffer();
    for (int i = 65; i < damaged.limit(); i++) {
      damaged.put(i, (byte) (31 * i));
    }
    RecordBatch batch = MemoryRecords.readableRecords(damaged).batches().iterator().next();
    assertThat(limit.limited(List.of(batch)).get(0)).isSameAs(batch);
  }
}
