package org.sidereus.streams.service;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.internals.CompletedFetch;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue in which a Kafka consumer keeps what it has fetched and not unpacked yet. It puts every
 * batch of one topic through an {@link UnpackingLimit}.
 *
 * <p>Kafka's consumer offers no place for this, so the queue is set into it by its field. Where a
 * consumer of another version has no such field, it stays as it is, and the log says so.
 */
final class LimitedFetches extends ConcurrentLinkedQueue<CompletedFetch> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LimitedFetches.class);

  private final transient UnpackingLimit limit;
  private final transient Fields fields;
  private final String topic;

  /** The fields of a fetch that are not public. */
  private record Fields(Field partition, Field data, Field batches) {}

  private LimitedFetches(UnpackingLimit limit, Fields fields, String topic) {
    this.limit = limit;
    this.fields = fields;
    this.topic = topic;
  }

  /** Limits what a consumer unpacks of a topic. Call this before its first poll. */
  static void install(Consumer<byte[], byte[]> consumer, UnpackingLimit limit, String topic) {
    try {
      Object delegate = field(consumer.getClass(), "delegate").get(consumer);
      Field fetcher = find(delegate.getClass(), "fetcher");
      Object owner = fetcher == null ? delegate : fetcher.get(delegate);
      Object buffer = field(owner.getClass(), "fetchBuffer").get(owner);
      Fields fields =
          new Fields(
              field(CompletedFetch.class, "partition"),
              field(CompletedFetch.class, "partitionData"),
              field(CompletedFetch.class, "batches"));
      field(buffer.getClass(), "completedFetches")
          .set(buffer, new LimitedFetches(limit, fields, topic));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn(
          "records of topic '{}' are unpacked without a limit, since this version of Kafka's"
              + " consumer has no place for it ({})",
          topic,
          e.toString());
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field found = find(type, name);
    if (found == null) {
      throw new NoSuchFieldException(type.getName() + "." + name);
    }
    return found;
  }

  private static @Nullable Field find(Class<?> type, String name) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field one : at.getDeclaredFields()) {
        if (one.getName().equals(name)) {
          one.setAccessible(true);
          return one;
        }
      }
    }
    return null;
  }

  @Override
  public boolean add(CompletedFetch fetch) {
    limit(fetch);
    return super.add(fetch);
  }

  @Override
  public boolean addAll(Collection<? extends CompletedFetch> fetches) {
    fetches.forEach(this::limit);
    return super.addAll(fetches);
  }

  private void limit(CompletedFetch fetch) {
    try {
      if (((TopicPartition) fields.partition().get(fetch)).topic().equals(topic)) {
        Iterable<? extends RecordBatch> batches =
            FetchResponse.recordsOrFail((FetchResponseData.PartitionData) fields.data().get(fetch))
                .batches();
        fields.batches().set(fetch, limit.limited(batches).iterator());
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a field of Kafka's consumer cannot be used", e);
    }
  }
}
