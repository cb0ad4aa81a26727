package org.sidereus.streams.service;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.brokers.ClientCall;
import org.sidereus.streams.config.HeapShare;
import org.sidereus.streams.topology.ClientWatch;

/**
 * The Kafka clients of the stream, watched: how many transactions each thread has committed, and
 * how far each partition of the observations is read. It reads no more of a partition that is held,
 * or of which too much is buffered, while the others go on. Headers of producers are dropped:
 * nothing reads them, and they may be as large as the record.
 *
 * <p>The clients are Kafka's own behind a proxy, so that every other call goes to them as it is.
 */
final class ObservedClients implements KafkaClientSupplier, ClientWatch {
  private static final long POSITION_EVERY_NS = 100_000_000L;

  /** Longest wait of a poll while no broker responds. */
  private static final Duration POLL_WITHOUT_BROKERS = Duration.ofMillis(500);

  /** Kafka Streams bounds its buffer by a number of records, whatever their size. */
  private static final long MOST_BUFFERED_BYTES = 16L << 20;

  private final KafkaClientSupplier clients;
  private final String observations;
  private final UnpackingLimit limit;
  private final ThreadCommits times;
  private final Brokers brokers;
  private final ThreadLocal<Long> commits = ThreadLocal.withInitial(() -> 0L);

  private volatile TransactionEnd lastEnd = TransactionEnd.NONE;

  /** Between the ends of two transactions of a thread that does not wait for most of its time. */
  private static final Duration SHORT_TRANSACTION = Duration.ofMillis(20);

  /** How each stream thread works, and when it has last received events. */
  private final ThreadLocal<ThreadPace> paces;

  /** The partitions of the observations that each stream thread reads. */
  private final ThreadLocal<Supplier<List<Integer>>> own = ThreadLocal.withInitial(() -> List::of);

  private final Map<Integer, Long> positions = new ConcurrentHashMap<>();
  private final Set<Integer> held = ConcurrentHashMap.newKeySet();

  /** Bytes that were read of a partition and not taken yet. */
  private final Map<Integer, Long> buffered = new ConcurrentHashMap<>();

  /** Bytes of the buffers of all partitions together. */
  private final long mostBytes = HeapShare.bytes();

  /** The brokers, as the service sees them. */
  interface Brokers {
    /** Whether no broker responds. */
    boolean areAway();

    /** A consumer ends, which may not be able to say so. */
    void memberIsGone(String memberId);
  }

  /**
   * Clients.
   *
   * @param clients those that are watched
   * @param observations topic of the observations
   * @param limit to what its batches may unpack
   * @param times when the stream threads commit
   * @param brokers as the service sees them
   */
  ObservedClients(
      KafkaClientSupplier clients,
      String observations,
      UnpackingLimit limit,
      ThreadCommits times,
      Brokers brokers) {
    this.clients = clients;
    this.observations = observations;
    this.limit = limit;
    this.times = times;
    this.brokers = brokers;
    this.paces = ThreadLocal.withInitial(() -> ThreadPace.beginning(times.nowNs()));
  }

  @Override
  public long commits() {
    return commits.get();
  }

  private synchronized void ended(long tookNs) {
    lastEnd = new TransactionEnd(lastEnd.number() + 1, tookNs);
  }

  @Override
  public TransactionEnd lastEnd() {
    return lastEnd;
  }

  @Override
  public long sincePollNs() {
    return times.nowNs() - paces.get().endNs();
  }

  @Override
  public OptionalLong position(int partition) {
    // Until the first poll nothing is read.
    return OptionalLong.of(positions.getOrDefault(partition, 0L));
  }

  @Override
  public void hold(int partition, boolean now) {
    if (now) {
      held.add(partition);
    } else {
      held.remove(partition);
    }
  }

  @Override
  public void begin(int partition) {
    buffered.put(partition, 0L);
  }

  @Override
  public void taken(int partition, long bytes) {
    buffered.merge(partition, -bytes, (before, change) -> Math.max(0, before + change));
  }

  @Override
  public double waitingShare() {
    return paces.get().waitingShare();
  }

  @Override
  public boolean isQuiet(int partition) {
    return paces.get().waits() && hasTaken(partition);
  }

  @Override
  public boolean hasTimeToCommit() {
    ThreadPace pace = paces.get();
    if (!pace.keepsUp() || times.isRecent()) {
      return false;
    }
    return pace.waits()
        ? own.get().get().stream().allMatch(this::hasTaken)
        : times.isPast(SHORT_TRANSACTION);
  }

  @Override
  public boolean isCommitDue() {
    return times.isDue();
  }

  @Override
  public boolean isBeforeCommit(int partition) {
    return times.isNear(partition);
  }

  private boolean hasTaken(int partition) {
    return buffered.getOrDefault(partition, 0L) == 0;
  }

  private long allBuffered() {
    return buffered.values().stream().mapToLong(one -> one).sum();
  }

  /** Whether to read no more of a partition: it is held, or has too much in its buffer. */
  private boolean isHeld(TopicPartition one, long allBuffered) {
    if (!one.topic().equals(observations)) {
      return false;
    }
    long own = buffered.getOrDefault(one.partition(), 0L);
    return held.contains(one.partition())
        || own > MOST_BUFFERED_BYTES
        || HeapShare.isUsedUp(own, allBuffered, mostBytes);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return (Producer<byte[], byte[]>)
        proxy(Producer.class, new ObservedProducer(clients.getProducer(config)));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> consumer = clients.getConsumer(config);
    LimitedFetches.install(consumer, limit, observations);
    return (Consumer<byte[], byte[]>) proxy(Consumer.class, new Observed(consumer));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return (Consumer<byte[], byte[]>)
        proxy(Consumer.class, new WokenConsumer(clients.getRestoreConsumer(config)));
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** A producer of a stream thread. For one thread, as Kafka Streams uses it. */
  private final class ObservedProducer implements InvocationHandler {
    private static final String COMMIT = "commitTransaction";

    /** What Kafka Streams calls to end a transaction, and waits for. */
    private static final Set<String> ENDING = Set.of("flush", "sendOffsetsToTransaction", COMMIT);

    private final Producer<byte[], byte[]> producer;
    private long tookNs;

    private ObservedProducer(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
        throws Throwable {
      String name = method.getName();
      if (!ENDING.contains(name)) {
        return ClientCall.of(producer, method, arguments);
      }
      long startNs = times.nowNs();
      boolean failed = true;
      try {
        Object result = ClientCall.of(producer, method, arguments);
        failed = false;
        return result;
      } finally {
        tookNs += times.nowNs() - startNs;
        if (failed || name.equals(COMMIT)) {
          commits.set(commits.get() + (failed ? 0 : 1));
          ended(tookNs);
          times.ended(tookNs);
          tookNs = 0;
        }
      }
    }
  }

  /** A consumer of a stream thread. For one thread, as a consumer is. */
  private final class Observed implements InvocationHandler {
    private final Consumer<byte[], byte[]> consumer;
    private final WokenConsumer calls;

    /** Partitions that are paused because they are held, and not by Kafka Streams. */
    private final Set<TopicPartition> paused = new HashSet<>();

    private long lookedNs = times.nowNs() - POSITION_EVERY_NS;

    private Observed(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
      this.calls = new WokenConsumer(consumer);
    }

    @SuppressWarnings("unchecked") // the only parameter of pause and resume
    private Set<TopicPartition> partitions(Object @Nullable [] arguments) {
      return new HashSet<>((Collection<TopicPartition>) Objects.requireNonNull(arguments)[0]);
    }

    @Override
    @SuppressWarnings("unchecked") // what poll returns
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
        throws Throwable {
      switch (method.getName()) {
        case "poll" -> {
          holdAndRelease();
          long startNs = times.nowNs();
          ConsumerRecords<byte[], byte[]> records =
              (ConsumerRecords<byte[], byte[]>)
                  Objects.requireNonNull(calls.invoke(self, method, patient(arguments)));
          long endNs = times.nowNs();
          own.set(this::observed);
          count(records);
          look();
          paces.set(paces.get().after(startNs, endNs));
          return BareRecords.of(records, observations);
        }
        case "commitSync" -> {
          // The commit of a stream without transactions.
          long startNs = times.nowNs();
          Object nothing = calls.invoke(self, method, arguments);
          commits.set(commits.get() + 1);
          times.ended(times.nowNs() - startNs);
          return nothing;
        }
        case "close", "unsubscribe" -> isGone();
        case "pause" -> paused.removeAll(partitions(arguments));
        case "resume" -> {
          Set<TopicPartition> free = partitions(arguments);
          long all = allBuffered();
          for (TopicPartition one : Set.copyOf(free)) {
            if (isHeld(one, all)) {
              free.remove(one);
              paused.add(one);
            }
          }
          consumer.resume(free);
          return null;
        }
        default -> {
          // The consumer's own.
        }
      }
      return calls.invoke(self, method, arguments);
    }

    /** A consumer with a name of its own stays in the group, because it comes back. */
    private void isGone() {
      try {
        ConsumerGroupMetadata own = consumer.groupMetadata();
        if (own.groupInstanceId().isEmpty() && !own.memberId().isEmpty()) {
          brokers.memberIsGone(own.memberId());
        }
      } catch (KafkaException | IllegalStateException e) {
        // It is closed already, or in no group.
      }
    }

    /**
     * While no broker responds, each poll looks for one anew, and Kafka Streams polls every few
     * milliseconds. So a poll waits longer; it ends as soon as there are events.
     */
    private @Nullable Object @Nullable [] patient(@Nullable Object @Nullable [] arguments) {
      return arguments != null
              && arguments.length == 1
              && arguments[0] instanceof Duration wait
              && !wait.isZero()
              && wait.compareTo(POLL_WITHOUT_BROKERS) < 0
              && brokers.areAway()
          ? new Object[] {POLL_WITHOUT_BROKERS}
          : arguments;
    }

    private List<Integer> observed() {
      return consumer.assignment().stream()
          .filter(one -> one.topic().equals(observations))
          .map(TopicPartition::partition)
          .toList();
    }

    private void count(ConsumerRecords<byte[], byte[]> records) {
      for (ConsumerRecord<byte[], byte[]> one : records.records(observations)) {
        long bytes =
            (one.key() == null ? 0L : one.key().length)
                + (one.value() == null ? 0L : one.value().length);
        buffered.merge(one.partition(), bytes, Long::sum);
      }
    }

    private void holdAndRelease() {
      long all = allBuffered();
      if (held.isEmpty()
          && paused.isEmpty()
          && all <= Math.min(MOST_BUFFERED_BYTES, mostBytes / 2)) {
        return;
      }
      Set<TopicPartition> assigned = consumer.assignment();
      Set<TopicPartition> stopped = consumer.paused();
      for (TopicPartition one : assigned) {
        if (isHeld(one, all) && !stopped.contains(one)) {
          consumer.pause(Set.of(one));
          paused.add(one);
        }
      }
      for (TopicPartition one : Set.copyOf(paused)) {
        if (!isHeld(one, all)) {
          paused.remove(one);
          if (assigned.contains(one)) {
            consumer.resume(Set.of(one));
          }
        }
      }
    }

    private void look() {
      long now = times.nowNs();
      if (now - lookedNs < POSITION_EVERY_NS) {
        return;
      }
      lookedNs = now;
      for (TopicPartition one : consumer.assignment()) {
        if (one.topic().equals(observations)) {
          try {
            positions.put(one.partition(), consumer.position(one, Duration.ZERO));
          } catch (KafkaException e) {
            // It is not known yet.
            positions.remove(one.partition());
          }
        }
      }
    }
  }
}
