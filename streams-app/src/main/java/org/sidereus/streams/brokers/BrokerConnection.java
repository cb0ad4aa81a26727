package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the brokers: asks them once a second, apart from the stream, where the
 * partitions of the observations begin and end. So it knows within seconds that no broker responds.
 * It logs the beginning and the end of an outage. Safe for threads.
 */
public final class BrokerConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerConnection.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Absence of the brokers that is an outage. */
  public static final Duration OUTAGE = Duration.ofSeconds(10);

  private static final Duration REMINDER = Duration.ofMinutes(1);
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Admin admin;
  private final String bootstrapServers;
  private final String group;
  private final String topic;
  private final int partitions;
  private final List<String> internalTopics;
  private final ScheduledExecutorService clock;

  private volatile long respondedNs = System.nanoTime();
  private volatile long respondingSinceNs = respondedNs;
  private volatile boolean away;
  private volatile Map<Integer, Ends> ends = Map.of();
  private volatile @Nullable Topic found;
  private volatile boolean gone;
  private long presentNs = System.nanoTime();
  private final Map<Integer, Long> readTo = new HashMap<>();
  private final Map<Integer, Long> lost = new ConcurrentHashMap<>();
  private long remindedNs;
  private boolean refusing;
  private long lookedNs = System.nanoTime();
  private final CommittedOffsets committed;
  private final TransactionEnds transactionEnds;
  private final HangingTransactions hanging;
  private final LeftMembers leftMembers;
  private final Refusals refusals;

  /**
   * The offsets of one partition.
   *
   * @param committed after the last event that this application has committed; -1: none
   * @param start of the earliest event that is still there
   * @param stable where the readable events end: at the first of an open transaction
   * @param end after the last event
   */
  public record Ends(long committed, long start, long stable, long end) {}

  /**
   * The topic of the observations, as the brokers have it.
   *
   * @param id of the topic; one that is deleted and made anew has another
   * @param partitions number of its partitions
   */
  public record Topic(String id, int partitions) {}

  private BrokerConnection(
      ServiceConfig config, int partitions, List<String> internalTopics, Refusals refusals) {
    this.internalTopics = List.copyOf(internalTopics);
    this.refusals = refusals;
    Map<String, Object> settings = new KafkaSettings(config).admin();
    this.admin = RenewedAdmin.of(settings, MachineClock.ofThisMachine());
    this.bootstrapServers = config.bootstrapServers();
    this.transactionEnds = new TransactionEnds(admin, settings, config.applicationId(), LOG::warn);
    this.hanging =
        new HangingTransactions(
            config.bootstrapServers(), transactionEnds, System::nanoTime, LOG::warn);
    this.group = config.applicationId();
    this.leftMembers = new LeftMembers(admin, settings, group);
    this.topic = config.topics().observations();
    this.partitions = partitions;
    this.committed = new CommittedOffsets(admin, group, patienceMs());
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "broker-connection");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to ask.
   *
   * @param partitions number of partitions of the observations
   * @param internalTopics topics of the stream with as many partitions, which it reads to their end
   * @param refusals where it enters what the brokers refuse
   */
  public static BrokerConnection start(
      ServiceConfig config, int partitions, List<String> internalTopics, Refusals refusals) {
    BrokerConnection connection =
        new BrokerConnection(config, partitions, internalTopics, refusals);
    // Before the stream reads: only now is it known what retention removed while it was down.
    connection.ask();
    // ask() logs its own failures.
    ScheduledFuture<?> unused =
        connection.clock.scheduleWithFixedDelay(
            connection::ask, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return connection;
  }

  private void ask() {
    try {
      refusing = false;
      Map<Integer, Ends> endsNow = endsNow();
      if (!endsNow.isEmpty()) {
        respond();
        leftMembers.leave();
        lookAtTopic();
        endsNow.forEach(this::compareWithRetention);
        lookForHangingTransactions();
      } else if (lookAtTopic() || refusing) {
        respond();
      }
      ends = endsNow;
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      LOG.debug("the brokers cannot be asked", e);
      ends = Map.of();
    }
    report();
    // Logs the end of a refusal.
    Optional<String> unused = refusals.now();
  }

  private Map<Integer, Ends> endsNow() {
    ListOffsetsResult starts = offsets(OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    ListOffsetsResult stables = offsets(OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    ListOffsetsResult latest = offsets(OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    Optional<Map<TopicPartition, OffsetAndMetadata>> read =
        await(committed.of(partitions(topic)), "consumer group '%s'".formatted(group));
    Map<Integer, Ends> found = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      TopicPartition one = new TopicPartition(topic, partition);
      OptionalLong start = offset(starts, one);
      OptionalLong stable = offset(stables, one);
      OptionalLong end = offset(latest, one);
      if (read.isPresent() && start.isPresent() && stable.isPresent() && end.isPresent()) {
        OffsetAndMetadata last = read.get().get(one);
        found.put(
            partition,
            new Ends(
                last == null ? -1 : last.offset(),
                start.getAsLong(),
                stable.getAsLong(),
                end.getAsLong()));
      }
    }
    return found;
  }

  /**
   * Counts what retention has removed before this application has read it. The application is asked
   * once a second, so while it reads, what it has read within that second counts, too.
   */
  private void compareWithRetention(int partition, Ends now) {
    Long before =
        readTo.put(partition, Math.max(now.committed(), readTo.getOrDefault(partition, -1L)));
    boolean first = before == null;
    long from = first ? now.committed() : before;
    // While it runs, the application may still hold events that are removed at the brokers.
    boolean gone = first ? now.committed() < now.start() : now.committed() >= now.start();
    if (from < 0 || from >= now.start() || !gone) {
      return;
    }
    readTo.put(partition, now.start());
    lost.merge(partition, now.start() - from, Long::sum);
    new RecordPlace(topic, partition, from)
        .whileLogging(
            () ->
                LOG.warn(
                    "up to {} events of partition {} of '{}' (offsets {} to {}) were removed by"
                        + " retention before this service read them; they get no posterior. Give"
                        + " the topic a longer retention.ms or retention.bytes, and publish them"
                        + " again",
                    now.start() - from,
                    partition,
                    topic,
                    from,
                    now.start() - 1));
  }

  /** Adds events that this application passes over, by partition. */
  public void neverRead(Map<Integer, Long> events) {
    events.forEach((partition, number) -> lost.merge(partition, number, Long::sum));
  }

  /**
   * Events that this application never reads, by partition: retention removed them before, or its
   * offsets were set ahead.
   */
  public SortedMap<Integer, Long> lost() {
    return new TreeMap<>(lost);
  }

  /**
   * The partitions between intake and combination, the changelogs, which are read when partitions
   * move, and the offsets of the stream: what hangs there stops it. Called while the brokers
   * respond.
   */
  private void lookForHangingTransactions() {
    long nowNs = System.nanoTime();
    if (nowNs - lookedNs < LOOK_PERIOD.toNanos()) {
      return;
    }
    lookedNs = nowNs;
    for (String one : internalTopics) {
      if (!lookForHangingTransactions(one)) {
        return;
      }
    }
    await(committed.heldBack(partitionsOfStream()), "consumer group '%s'".formatted(group))
        .ifPresent(heldBack -> hanging.seeOffsets(group, heldBack));
  }

  private Set<TopicPartition> partitionsOfStream() {
    Set<TopicPartition> all = new HashSet<>(partitions(topic));
    internalTopics.forEach(one -> all.addAll(partitions(one)));
    return all;
  }

  private Set<TopicPartition> partitions(String of) {
    Set<TopicPartition> all = new HashSet<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.add(new TopicPartition(of, partition));
    }
    return all;
  }

  /** Returns whether the brokers say how far the topic can be read; it may not be made yet. */
  private boolean lookForHangingTransactions(String of) {
    ListOffsetsResult stables = offsets(of, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    ListOffsetsResult latest = offsets(of, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    for (int partition = 0; partition < partitions; partition++) {
      TopicPartition one = new TopicPartition(of, partition);
      OptionalLong stable = offset(stables, one);
      OptionalLong end = offset(latest, one);
      if (stable.isEmpty() || end.isEmpty()) {
        return false;
      }
      hanging.see(one, stable.getAsLong(), end.getAsLong());
    }
    return true;
  }

  private ListOffsetsResult offsets(OffsetSpec spec, IsolationLevel isolation) {
    return offsets(topic, spec, isolation);
  }

  private ListOffsetsResult offsets(String of, OffsetSpec spec, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      asked.put(new TopicPartition(of, partition), spec);
    }
    return admin.listOffsets(asked, new ListOffsetsOptions(isolation).timeoutMs(patienceMs()));
  }

  private OptionalLong offset(ListOffsetsResult result, TopicPartition partition) {
    return await(result.partitionResult(partition), Refusals.topic(partition.topic()))
        .map(one -> OptionalLong.of(one.offset()))
        .orElse(OptionalLong.empty());
  }

  /** Asks for the topic of the observations. Returns whether the brokers say that it is gone. */
  private boolean lookAtTopic() {
    DescribeTopicsOptions options = new DescribeTopicsOptions().timeoutMs(patienceMs());
    KafkaFuture<TopicDescription> described =
        Objects.requireNonNull(
            admin.describeTopics(List.of(topic), options).topicNameValues().get(topic), topic);
    long nowNs = System.nanoTime();
    try {
      TopicDescription one = described.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      found = new Topic(one.topicId().toString(), one.partitions().size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        // A broker that has just started may not know its topics yet.
        gone = nowNs - presentNs >= OUTAGE.toNanos();
        return true;
      }
      seeRefusal(e, Refusals.topic(topic));
    } catch (TimeoutException e) {
      // Nothing is known.
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
    presentNs = nowNs;
    gone = false;
    return false;
  }

  private static int patienceMs() {
    return Math.toIntExact(PATIENCE.toMillis());
  }

  /**
   * Waits for a response.
   *
   * @param of what is asked
   * @return empty: no broker responds, or the brokers do not know or refuse
   */
  private <T> Optional<T> await(KafkaFuture<T> future, String of) {
    try {
      return Optional.of(future.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      seeRefusal(e, of);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
  }

  /** Brokers that refuse something respond. */
  private void seeRefusal(ExecutionException failure, String of) {
    Optional<Refusals.Refusal> refusal = Refusals.in(failure, of);
    if (refusal.isPresent()) {
      refusals.enter(refusal.get());
      refusing = true;
    }
  }

  private void respond() {
    long nowNs = System.nanoTime();
    if (nowNs - respondedNs >= OUTAGE.toNanos()) {
      // Also where this process stood still for so long.
      respondingSinceNs = nowNs;
    }
    if (away) {
      LOG.info(
          "the brokers respond again after {} s; bootstrap.servers={}",
          Duration.ofNanos(nowNs - respondedNs).toSeconds(),
          bootstrapServers);
      away = false;
    }
    respondedNs = nowNs;
  }

  private void report() {
    Duration age = responseAge();
    long nowNs = System.nanoTime();
    if (age.compareTo(OUTAGE) < 0 || (away && nowNs - remindedNs < REMINDER.toNanos())) {
      return;
    }
    away = true;
    remindedNs = nowNs;
    LOG.warn(
        "no broker responds for {} s; bootstrap.servers={}; the service waits and nothing is lost",
        age.toSeconds(),
        bootstrapServers);
  }

  /** Time since the brokers have last responded; about a second where all is well. */
  public Duration responseAge() {
    return Duration.ofNanos(System.nanoTime() - respondedNs);
  }

  /** Members of the group that are gone, which leave it while the brokers respond. */
  public LeftMembers leftMembers() {
    return leftMembers;
  }

  /** Whether the brokers respond. */
  public boolean isConnected() {
    return !away && responseAge().compareTo(OUTAGE) < 0;
  }

  /** Since when the brokers respond, as {@link System#nanoTime}; empty: they do not. */
  public OptionalLong respondingSinceNs() {
    return isConnected() ? OptionalLong.of(respondingSinceNs) : OptionalLong.empty();
  }

  /** Where a partition of the observations begins and ends; empty: no broker says it now. */
  public Optional<Ends> ends(int partition) {
    return isConnected() ? Optional.ofNullable(ends.get(partition)) : Optional.empty();
  }

  /** The topic of the observations as it was last seen; empty: it was not seen yet. */
  public Optional<Topic> topic() {
    return Optional.ofNullable(found);
  }

  /** Whether the brokers respond, and have no topic of the observations any more. */
  public boolean isTopicGone() {
    return gone;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    transactionEnds.close();
    admin.close(CLOSE_TIMEOUT);
  }
}
