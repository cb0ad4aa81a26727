package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;

/**
 * The producer of a stream thread, none of whose calls waits for brokers without a limit.
 *
 * <p>{@code flush()} and {@code close()} of Kafka's producer wait as long as the brokers are away,
 * and now and then for ever: an unfinished request of the transaction keeps the producer from
 * letting its records expire. {@link #closeIfStuck} ends such a call from another thread. After a
 * commit that has timed out, Kafka's producer accepts nothing but the same commit again; so this
 * one fails with the outage as its cause, and the thread that has it is replaced. What the
 * transaction held is done again after the last commit.
 *
 * <p>A transaction without records, and with the offsets that this producer has committed last, is
 * not sent to the brokers: Kafka Streams commits a task after each call of a clock, also if nothing
 * was done in it.
 *
 * <p>For one stream thread, except {@link #closeIfStuck} and the times.
 */
final class BoundedProducer implements Producer<byte[], byte[]> {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final CommitTimes times;
  private final LongSupplier clockNs;
  private final LongSupplier clockMs;
  private final Consumer<BoundedProducer> onClose;
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private boolean hasRecords;
  private boolean unusable;
  private volatile @Nullable Call call;
  private volatile boolean closedByForce;

  /** A call that waits for the brokers. */
  private record Call(String name, long sinceNs) {}

  /**
   * A bounded producer.
   *
   * @param times where commits are entered
   * @param clockNs nanoseconds by a clock that is never set
   * @param clockMs milliseconds since 1970 by the clock of the machine
   * @param onClose told of this producer when it is closed
   */
  BoundedProducer(
      Producer<byte[], byte[]> producer,
      CommitTimes times,
      LongSupplier clockNs,
      LongSupplier clockMs,
      Consumer<BoundedProducer> onClose) {
    this.producer = producer;
    this.times = times;
    this.clockNs = clockNs;
    this.clockMs = clockMs;
    this.onClose = onClose;
  }

  /**
   * Closes the producer by force if a call waits longer than the brokers deserve. The call then
   * fails.
   *
   * @param longest longest wait
   * @param respondingSinceNs since when the brokers respond; {@link Long#MAX_VALUE}: they do not
   * @param longestWithBrokers longest wait for brokers that respond
   * @return the name of the call that was ended; null: none is stuck
   */
  @Nullable String closeIfStuck(
      Duration longest, long respondingSinceNs, Duration longestWithBrokers) {
    Call waiting = call;
    if (waiting == null || closedByForce) {
      return null;
    }
    long nowNs = clockNs.getAsLong();
    boolean stuck = nowNs - waiting.sinceNs > longest.toNanos();
    if (respondingSinceNs != Long.MAX_VALUE) {
      long fromNs = Math.max(waiting.sinceNs, respondingSinceNs);
      stuck |= nowNs - fromNs > longestWithBrokers.toNanos();
    }
    if (!stuck || !waiting.equals(call)) {
      return null;
    }
    closedByForce = true;
    producer.close(Duration.ZERO);
    return waiting.name;
  }

  private void bounded(String name, Runnable action) {
    call = new Call(name, clockNs.getAsLong());
    try {
      action.run();
    } catch (TimeoutException e) {
      if (closedByForce) {
        throw away(name, e);
      }
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      throw closedByForce ? away(name, e) : e;
    } finally {
      call = null;
    }
    if (closedByForce) {
      throw away(name, null);
    }
  }

  /** A call after whose timeout the producer cannot go on with anything else. */
  private void transactional(String name, Runnable action) {
    try {
      bounded(name, action);
    } catch (TimeoutException e) {
      throw away(name, e);
    }
  }

  /** No {@link TimeoutException} itself: Kafka Streams would go on with the same producer. */
  private KafkaException away(String name, @Nullable Throwable cause) {
    unusable = true;
    return new KafkaException(
        "the brokers did not complete %s in time; the thread begins anew after the last commit"
            .formatted(name),
        cause instanceof TimeoutException ? cause : new TimeoutException(name + " timed out"));
  }

  @Override
  public void initTransactions() {
    bounded("initTransactions", producer::initTransactions);
  }

  @Override
  public void beginTransaction() {
    if (unusable) {
      throw away("abortTransaction", null);
    }
    producer.beginTransaction();
    hasRecords = false;
    offsets.clear();
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    if (!hasRecords) {
      hasRecords = true;
      times.begin(this);
    }
    try {
      return producer.send(notAhead(record), callback);
    } catch (IllegalStateException e) {
      throw closedByForce ? away("send", e) : e;
    }
  }

  /** Brokers refuse records whose timestamps are far ahead of the clock. */
  private ProducerRecord<byte[], byte[]> notAhead(ProducerRecord<byte[], byte[]> record) {
    long nowMs = clockMs.getAsLong();
    return record.timestamp() == null || record.timestamp() <= nowMs
        ? record
        : new ProducerRecord<>(
            record.topic(),
            record.partition(),
            nowMs,
            record.key(),
            record.value(),
            record.headers());
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> consumed, ConsumerGroupMetadata group) {
    if (!hasRecords && committed.entrySet().containsAll(consumed.entrySet())) {
      return;
    }
    times.begin(this);
    offsets.putAll(consumed);
    transactional(
        "sendOffsetsToTransaction", () -> producer.sendOffsetsToTransaction(consumed, group));
  }

  @Override
  public void commitTransaction() {
    boolean empty = !hasRecords && offsets.isEmpty();
    transactional("commitTransaction", producer::commitTransaction);
    committed.putAll(offsets);
    offsets.clear();
    hasRecords = false;
    if (!empty) {
      times.commit(this);
    }
  }

  @Override
  public void abortTransaction() {
    times.end(this);
    hasRecords = false;
    offsets.clear();
    if (unusable) {
      return; // The brokers abort it, at the latest after transaction.timeout.ms.
    }
    try {
      bounded("abortTransaction", producer::abortTransaction);
    } catch (TimeoutException e) {
      unusable = true;
    }
  }

  @Override
  public void flush() {
    bounded("flush", producer::flush);
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  @Override
  public void close(Duration timeout) {
    times.end(this);
    onClose.accept(this);
    producer.close(unusable || closedByForce ? Duration.ZERO : timeout);
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return producer.partitionsFor(topic);
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return producer.metrics();
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    return producer.clientInstanceId(timeout);
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    producer.registerMetricForSubscription(metric);
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    producer.unregisterMetricFromSubscription(metric);
  }
}
