package org.sidereus.streams.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of Kafka's clients that follow from the configuration. Settings that the user gives
 * by prefix have precedence over those of the service.
 */
public final class KafkaSettings {
  private static final long MOST_CACHE_BYTES = 64L << 20;
  private static final long MOST_BUFFER_BYTES = 64L << 20;
  private static final List<String> CLIENTS =
      List.of("streams.", "producer.", "consumer.", "admin.");

  /** Bytes that a rejection needs beside the original value: key, detail, names. */
  private static final int REJECTION_OVERHEAD_BYTES = 1024 * 1024;

  /** Each batch sets up a compressor; in small batches that costs more than the records. */
  private static final int BATCH_BYTES = 256 * 1024;

  /** Kafka's default. */
  private static final int LEAST_BATCH_BYTES = 16 * 1024;

  /** Changelogs of the stores that a thread writes for each of its partitions. */
  private static final int CHANGELOGS = 10;

  /** With so many partitions, a thread commits in a few hundredths of a second. */
  private static final long FEW_PARTITIONS = 16;

  private static final Duration COMMIT_INTERVAL_PER_PARTITION = Duration.ofMillis(40);

  /** Topics to whose partitions each thread may write all at once. */
  private static final int SHARED_TOPICS = 3;

  /** Kafka's default. */
  private static final long LONGEST_POLL_MS = 100;

  private final ServiceConfig config;
  private final int partitions;

  public KafkaSettings(ServiceConfig config) {
    this(config, 1);
  }

  private KafkaSettings(ServiceConfig config, int partitions) {
    this.config = config;
    this.partitions = partitions;
  }

  /** The settings for observations of so many partitions. */
  public KafkaSettings withPartitions(int ofObservations) {
    return new KafkaSettings(config, ofObservations);
  }

  /** Largest message that the service writes, bytes. */
  public int maxMessageBytes() {
    return Math.addExact(config.intake().maxRejectionBytes(), REJECTION_OVERHEAD_BYTES);
  }

  /** What Kafka's own tools need beside the address: a blank and an option, or nothing. */
  public String commandConfig() {
    return common().containsKey(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
        ? " --command-config FILE"
        : "";
  }

  /** Settings of Kafka Streams. */
  public Properties streams() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    config
        .http()
        .applicationServer()
        .ifPresent(server -> settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, server));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, longestCommitInterval().toMillis());
    settings.put(StreamsConfig.POLL_MS_CONFIG, pollMs());
    settings.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.topicCreation().replication());
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreFiles.class);

    String producer = StreamsConfig.PRODUCER_PREFIX;
    settings.put(producer + ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes());
    settings.put(producer + ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes());
    settings.put(producer + ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(producer + ProducerConfig.BATCH_SIZE_CONFIG, batchBytes());
    settings.put(producer + ProducerConfig.LINGER_MS_CONFIG, 5);
    // A processor may wait for the registry within a transaction.
    settings.put(producer + ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
    String consumer = StreamsConfig.MAIN_CONSUMER_PREFIX;
    // The group notices after this time that an instance was killed.
    settings.put(consumer + ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(consumer + ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    if (!config.instanceId().isEmpty()) {
      settings.put(consumer + ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }

    settings.putAll(common());
    of("streams.").forEach(settings::put);
    of("producer.").forEach((k, v) -> settings.put(StreamsConfig.PRODUCER_PREFIX + k, v));
    of("consumer.").forEach((k, v) -> settings.put(StreamsConfig.CONSUMER_PREFIX + k, v));
    of("admin.").forEach((k, v) -> settings.put(StreamsConfig.ADMIN_CLIENT_PREFIX + k, v));
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /**
   * The time after which Kafka Streams commits by itself. The commit of a thread takes longer the
   * more partitions it has. With many, the service asks for commits when they are due.
   */
  public Duration longestCommitInterval() {
    Duration set = config.commitInterval();
    long perThread = partitionsPerThread();
    if (perThread <= FEW_PARTITIONS) {
      return set;
    }
    Duration longest = COMMIT_INTERVAL_PER_PARTITION.multipliedBy(perThread);
    return longest.compareTo(set) > 0 ? longest : set;
  }

  private long partitionsPerThread() {
    return 1 + (partitions - 1) / config.threads();
  }

  /**
   * A thread looks at clocks between two polls only; a long poll would delay batches and commits.
   */
  private long pollMs() {
    long shortest =
        Math.min(config.intake().batchLinger().toMillis(), config.commitInterval().toMillis());
    return Math.max(1, Math.min(LONGEST_POLL_MS, shortest / 2));
  }

  /** In a small heap it must leave room for what waits. Its objects need more than it counts. */
  private static long cacheBytes() {
    return Math.min(MOST_CACHE_BYTES, HeapShare.bytes());
  }

  /**
   * The unsent records of one thread. All threads together have an eighth of the heap, but a thread
   * must be able to send the largest message, or its stream would stop at it.
   */
  private long bufferBytes() {
    return Math.max(
        maxMessageBytes(), Math.min(MOST_BUFFER_BYTES, HeapShare.bytes() / config.threads()));
  }

  /**
   * A batch takes its whole size from the buffer, however few records it has. A thread that must
   * write to more partitions than the buffer has batches waits for the brokers again and again. One
   * instance may have all partitions.
   */
  private int batchBytes() {
    long batches = CHANGELOGS * partitionsPerThread() + SHARED_TOPICS * (long) partitions;
    return (int) Math.max(LEAST_BATCH_BYTES, Math.min(BATCH_BYTES, bufferBytes() / batches));
  }

  /** Settings of a producer outside the stream, such as that of a replay. */
  public Map<String, Object> producer() {
    Map<String, Object> settings = clients();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.putAll(of("producer."));
    return settings;
  }

  /**
   * Settings of a consumer outside the stream. It reads committed records only, and makes no topic
   * by asking for one that the service has not made yet.
   */
  public Map<String, Object> consumer() {
    Map<String, Object> settings = clients();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.putAll(of("consumer."));
    return settings;
  }

  /** Settings of an administration client. */
  public Map<String, Object> admin() {
    Map<String, Object> settings = clients();
    int timeoutMs = Math.toIntExact(config.startupTimeout().toMillis());
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.min(timeoutMs, 10_000));
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
    settings.putAll(of("admin."));
    return settings;
  }

  private Map<String, Object> clients() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.putAll(common());
    return settings;
  }

  private Map<String, String> common() {
    Map<String, String> found = new HashMap<>();
    config
        .kafka()
        .forEach(
            (key, value) -> {
              if (CLIENTS.stream().noneMatch(key::startsWith)) {
                found.put(key, value);
              }
            });
    return found;
  }

  private Map<String, String> of(String client) {
    Map<String, String> found = new HashMap<>();
    config
        .kafka()
        .forEach(
            (key, value) -> {
              if (key.startsWith(client)) {
                found.put(key.substring(client.length()), value);
              }
            });
    return found;
  }
}
