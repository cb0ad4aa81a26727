package org.sidereus.streams.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.sidereus.streams.topology.ClientWatch;

/**
 * Bounds what a compressed batch of records may unpack to. Neither brokers nor consumers of Kafka
 * have such a bound: a consumer takes the whole unpacked record into memory, and some kilobytes can
 * unpack to two gigabytes.
 *
 * <p>A batch may unpack to the size of one observation and 50 times its own size; text and numbers
 * compress less. Records beyond that are not unpacked. In their place come records without key and
 * value that say so in the header {@link ClientWatch#NOT_UNPACKED}.
 *
 * <p>A consumer unpacks up to a thousand records at once, of many batches. So the batches of one
 * fetch are bounded together, too: those beyond the bound are left to the next fetch.
 */
final class UnpackingLimit {
  private static final long TIMES = 50;

  /** Unpacked bytes of one fetch, apart from its last batch; an ordinary fetch has fewer. */
  private static final long MOST_FETCHED_BYTES = 8L << 20;

  /** After so many bytes of a batch its rest is not even skipped through. */
  private static final long MOST_SKIPPED_BYTES = 1L << 30;

  private final long freeBytes;

  /**
   * A limit.
   *
   * @param freeBytes size to which any batch may unpack
   */
  UnpackingLimit(long freeBytes) {
    this.freeBytes = freeBytes;
  }

  /**
   * The first batches of a fetch, at least one, with those replaced that unpack to more than they
   * may.
   */
  List<RecordBatch> limited(Iterable<? extends RecordBatch> batches) {
    List<RecordBatch> limited = new ArrayList<>();
    long bytes = 0;
    for (RecordBatch one : batches) {
      if (bytes > MOST_FETCHED_BYTES) {
        break;
      }
      bytes += add(one, limited);
    }
    return limited;
  }

  /** Adds a batch, or what stands for it. Returns to how many bytes it unpacks. */
  private long add(RecordBatch one, List<RecordBatch> limited) {
    if (one instanceof DefaultRecordBatch batch
        && batch.compressionType() != CompressionType.NONE
        && !batch.isControlBatch()) {
      long most = freeBytes + TIMES * batch.sizeInBytes();
      try (BufferSupplier buffers = BufferSupplier.create()) {
        long bytes = unpackedBytes(batch, most, buffers);
        if (bytes > most) {
          rebuilt(batch, most, buffers).batches().forEach(limited::add);
          return most;
        }
        limited.add(batch);
        return bytes;
      } catch (IOException | RuntimeException e) {
        // It is damaged: the consumer says how.
        limited.add(batch);
        return batch.sizeInBytes();
      }
    }
    limited.add(one);
    return one.sizeInBytes();
  }

  private static int count(RecordBatch batch) {
    Integer count = batch.countOrNull();
    return count == null ? 0 : count;
  }

  /** To how many bytes a batch unpacks; more than the most: to more. */
  private static long unpackedBytes(DefaultRecordBatch batch, long most, BufferSupplier buffers)
      throws IOException {
    long total = 0;
    int count = count(batch);
    try (InputStream in = batch.recordInputStream(buffers)) {
      for (int i = 0; i < count; i++) {
        int size = ByteUtils.readVarint(in);
        total += size;
        if (size < 0 || total > most) {
          return most + 1;
        }
        in.skipNBytes(size);
      }
    }
    return total;
  }

  private static MemoryRecords rebuilt(DefaultRecordBatch batch, long most, BufferSupplier buffers)
      throws IOException {
    try (MemoryRecordsBuilder out =
            MemoryRecords.builder(
                ByteBuffer.allocate(4 * batch.sizeInBytes()),
                RecordBatch.MAGIC_VALUE_V2,
                Compression.NONE,
                batch.timestampType(),
                batch.baseOffset(),
                batch.maxTimestamp(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                false,
                batch.partitionLeaderEpoch());
        InputStream in = batch.recordInputStream(buffers)) {
      long kept = 0;
      long read = 0;
      long next = batch.baseOffset();
      for (int i = 0; i < count(batch) && read < MOST_SKIPPED_BYTES; i++) {
        int size = ByteUtils.readVarint(in);
        read += size;
        if (size >= 0 && kept + size <= most) {
          kept += size;
          Record record = record(batch, size, in);
          out.appendWithOffset(record.offset(), record);
          next = record.offset() + 1;
        } else {
          next = skipped(batch, size, in, out);
        }
      }
      // Nothing is known of these but their offsets.
      for (; next <= batch.lastOffset(); next++) {
        standIn(next, batch.baseTimestamp(), -1, out);
      }
      out.overrideLastOffset(batch.lastOffset());
      return out.build();
    }
  }

  private static Record record(DefaultRecordBatch batch, int size, InputStream in)
      throws IOException {
    ByteBuffer record = ByteBuffer.allocate(ByteUtils.sizeOfVarint(size) + size);
    ByteUtils.writeVarint(size, record);
    if (in.readNBytes(record.array(), record.position(), size) < size) {
      throw new IOException("the batch ends within a record");
    }
    record.rewind();
    return DefaultRecord.readFrom(
        record,
        batch.baseOffset(),
        batch.baseTimestamp(),
        batch.baseSequence(),
        batch.timestampType() == org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME
            ? Long.valueOf(batch.maxTimestamp())
            : null);
  }

  /** Puts a stand-in for the next record. Returns the offset after it. */
  private static long skipped(
      DefaultRecordBatch batch, int size, InputStream in, MemoryRecordsBuilder out)
      throws IOException {
    if (size < 0) {
      throw new IOException("a record of %d bytes".formatted(size));
    }
    long attributes = in.read();
    long timeDelta = ByteUtils.readVarlong(in);
    int offsetDelta = ByteUtils.readVarint(in);
    int known = 1 + ByteUtils.sizeOfVarlong(timeDelta) + ByteUtils.sizeOfVarint(offsetDelta);
    if (attributes < 0 || known > size) {
      throw new IOException("a record of %d bytes".formatted(size));
    }
    in.skipNBytes(size - known);
    long offset = batch.baseOffset() + offsetDelta;
    standIn(offset, batch.baseTimestamp() + timeDelta, size, out);
    return offset + 1;
  }

  private static void standIn(long offset, long timestampMs, long size, MemoryRecordsBuilder out) {
    Header header =
        new RecordHeader(
            ClientWatch.NOT_UNPACKED, ByteBuffer.allocate(Long.BYTES).putLong(size).array());
    out.appendWithOffset(offset, timestampMs, (byte[]) null, (byte[]) null, new Header[] {header});
  }
}
