package org.sidereus.streams.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the service and of the commands that use it. Immutable once made.
 *
 * <p>Later sources win: the defaults (the initialisers of the fields here and in {@link
 * GroupSettings}, {@link EngineSettings}, {@link TopicCreation}, {@link IntakeSettings} and {@link
 * HttpSettings}), the file, the environment ({@code SIDEREUS_BATCH_SIZE} for {@code batch.size}),
 * the command line. An unknown key is refused. Settings of Kafka Streams that have a key here keep
 * Kafka's names; all others go to Kafka's clients by the prefixes {@code kafka.} (all clients),
 * {@code kafka.streams.}, {@code kafka.producer.}, {@code kafka.consumer.} and {@code
 * kafka.admin.}. Keys of the registry's client keep Confluent's names.
 *
 * <p>The class binds its keys itself and does not use Kafka's {@code AbstractConfig}: that class
 * reads no durations with units, accepts unknown keys, and does not name the nearest known one.
 */
public final class ServiceConfig {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceConfig.class);

  @Setting(
      key = "application.id",
      doc =
          "Name of this service: the consumer group, and the prefix of its internal topics."
              + " Instances with the same name share the work.")
  private String applicationId = "sidereus";

  @Setting(
      key = "group.instance.id",
      doc =
          "Name of this instance, for static membership: an instance that restarts"
              + " under the same name gets its partitions back at once. Empty: none.")
  private String instanceId = "";

  @Setting(key = "bootstrap.servers", doc = "Addresses of the Kafka brokers.")
  private List<String> bootstrapServers = List.of("localhost:9092");

  @Setting(
      key = "bundles",
      doc = "Bundles that infer posteriors, by name or by folder, separated by commas.")
  private List<String> bundles = List.of("gce-tng");

  @Setting(
      key = "bundles.retired",
      doc =
          "Earlier versions of bundles, by folder, that infer no more but whose groups"
              + " are still published: those whose last sums were under way when a new"
              + " version came.")
  private List<String> retiredBundles = List.of();

  @Setting(
      key = "bundles.surveys",
      doc =
          "Which surveys a bundle serves, as BUNDLE:SURVEY, separated by commas. A bundle that is"
              + " not named serves all. Observations that name their bundle go to it in any case.")
  private List<String> bundleSurveys = List.of();

  @Setting(key = "topic.observations", doc = "Topic of the observations.")
  private String observationsTopic = Topics.defaults().observations();

  @Setting(key = "topic.object-posteriors", doc = "Topic of the posteriors of objects.")
  private String objectPosteriorsTopic = Topics.defaults().objectPosteriors();

  @Setting(key = "topic.group-posteriors", doc = "Topic of the posteriors of groups.")
  private String groupPosteriorsTopic = Topics.defaults().groupPosteriors();

  @Setting(key = "topic.rejections", doc = "Topic of the events that get no posterior.")
  private String rejectionsTopic = Topics.defaults().rejections();

  @Setting(
      key = "topic.samples",
      doc =
          "Topic of posterior samples, one record beside each posterior of an object; empty: none"
              + " are published.")
  private String samplesTopic = "";

  @Setting(
      key = "begin.incomplete",
      doc =
          "Whether a service with empty state begins although the topic of the observations has no"
              + " longer its first ones and posteriors exist. Groups then lack objects, and old"
              + " revisions may be published over newer ones.")
  private boolean beginIncomplete = false;

  @Setting(key = "num.stream.threads", doc = "Stream threads; 0: one per processor core.", min = 0)
  private int streamThreads = 0;

  @Setting(
      key = "state.dir",
      doc = "Folder of the local state; empty: work/state of the installation.")
  private String stateDir = "";

  @Setting(key = "state.store", doc = "Where local state is kept: rocksdb or memory.")
  private StoreKind stateStore = StoreKind.ROCKSDB;

  @Setting(
      key = "commit.interval.ms",
      doc =
          "Longest time between two transactions, milliseconds: in a backlog, readers of committed"
              + " results wait for it. A thread that waits for some of its time commits every 20"
              + " ms, and one that waits for most of it at once. A thread with more than 16"
              + " partitions works three times as long as its last commit took before the next"
              + " one, and not longer than 40 ms for each of its partitions.",
      min = 1)
  private int commitIntervalMs = 50;

  @Setting(
      key = "report.interval",
      doc = "Time between two reports of the ledger in the log.",
      min = 1)
  private Duration reportInterval = Duration.ofMinutes(1);

  @Setting(
      key = "startup.timeout",
      doc = "How long to wait at start for brokers and registry to respond.",
      min = 1)
  private Duration startupTimeout = Duration.ofSeconds(15);

  @Setting(
      key = "brokers.absence.max",
      doc = "How long the brokers may be absent before /ready has the status 503.",
      min = 1)
  private Duration longestAbsence = Duration.ofSeconds(30);

  @Setting(
      key = "stall.timeout",
      doc =
          "How long a stream thread may make no progress while the brokers respond, before the"
              + " process ends with exit code 3, so that its supervisor starts it again.",
      min = 1)
  private Duration stallTimeout = Duration.ofMinutes(2);

  private final GroupSettings groups = new GroupSettings();
  private final EngineSettings engine = new EngineSettings();
  private final TopicCreation topicCreation = new TopicCreation();
  private final IntakeSettings intake = new IntakeSettings();
  private final HttpSettings http = new HttpSettings();
  private SortedMap<String, String> registry = new TreeMap<>();
  private SortedMap<String, String> kafka = new TreeMap<>();

  private ServiceConfig() {
    registry.put("schema.registry.url", "http://localhost:8081");
  }

  /** The defaults. */
  public static ServiceConfig defaults() {
    return of(Map.of());
  }

  /**
   * The defaults with some keys changed.
   *
   * @param values values by key; old names of keys are read with a warning in the log
   * @throws SidereusException if a key is unknown or a value cannot be used
   */
  public static ServiceConfig of(Map<String, String> values) {
    return of(values, LOG::warn);
  }

  /** The same; the consumer gets the warnings for old names and for unknown keys of Kafka. */
  static ServiceConfig of(Map<String, String> values, Consumer<String> warnings) {
    ServiceConfig config = new ServiceConfig();
    new ConfigBinder(config, config.registry, config.kafka)
        .bind(RenamedKeys.replaced(values, warnings));
    config.validate();
    new KafkaKeys().warnings(config.kafka).forEach(warnings);
    return config;
  }

  /**
   * The configuration of a run.
   *
   * @param file properties file; null: none
   * @param environment variables, of which those that begin with {@code SIDEREUS_} are read
   * @param commandLine keys given on the command line
   * @throws SidereusException if the file cannot be read, a key is unknown or a value cannot be
   *     used
   */
  public static ServiceConfig load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
    return load(file, environment, commandLine, LOG::warn);
  }

  /** The same; the consumer gets the warnings for old names and for unknown keys of Kafka. */
  static ServiceConfig load(
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> commandLine,
      Consumer<String> warnings) {
    return of(ConfigSources.values(file, environment, commandLine), warnings);
  }

  private void validate() {
    if (bundles.isEmpty()) {
      throw new SidereusException(
          "bundles is empty; name at least one bundle, such as bundles=gce-tng");
    }
    if (bootstrapServers.isEmpty()) {
      throw new SidereusException(
          "bootstrap.servers is empty; give the address of a broker as host:port");
    }
    for (String one : bundleSurveys) {
      int colon = one.indexOf(':');
      if (colon < 1 || colon == one.length() - 1) {
        throw new SidereusException(
            "bundles.surveys: '%s' is not BUNDLE:SURVEY, such as gce-tng:apogee-dr17"
                .formatted(one));
      }
    }
    groups.validate();
    topicCreation.validate();
    http.validate();
    try {
      topics();
    } catch (IllegalArgumentException e) {
      throw new SidereusException("topic.*: " + e.getMessage(), e);
    }
  }

  /** All that have fields with a {@link Setting}. */
  List<Object> parts() {
    return List.of(this, groups, engine, topicCreation, intake, http);
  }

  /** Every key with its value, in alphabetical order, secrets masked: safe to print. */
  public SortedMap<String, String> effective() {
    SortedMap<String, String> all = new TreeMap<>(ConfigBinder.values(this));
    all.putAll(registry);
    kafka.forEach((key, value) -> all.put(ConfigBinder.KAFKA_PREFIX + key, value));
    all.replaceAll(new Secrets()::masked);
    return all;
  }

  public String applicationId() {
    return applicationId;
  }

  public String instanceId() {
    return instanceId;
  }

  /** Addresses of the brokers, separated by commas. */
  public String bootstrapServers() {
    return String.join(",", bootstrapServers);
  }

  public List<String> bundles() {
    return bundles;
  }

  public List<String> retiredBundles() {
    return retiredBundles;
  }

  /** The surveys that bundles serve, by bundle; a bundle without an entry serves all. */
  public Map<String, Set<String>> bundleSurveys() {
    Map<String, Set<String>> surveys = new TreeMap<>();
    for (String one : bundleSurveys) {
      int colon = one.indexOf(':');
      surveys
          .computeIfAbsent(one.substring(0, colon).strip(), name -> new TreeSet<>())
          .add(one.substring(colon + 1).strip());
    }
    return surveys;
  }

  public Topics topics() {
    return new Topics(
        observationsTopic, objectPosteriorsTopic, groupPosteriorsTopic, rejectionsTopic);
  }

  /** How groups are combined. */
  public GroupSettings groups() {
    return groups;
  }

  /** Where posteriors are computed. */
  public EngineSettings engine() {
    return engine;
  }

  /** How topics are created that are missing at start. */
  public TopicCreation topicCreation() {
    return topicCreation;
  }

  /** What the intake takes, how long events wait, and when a batch is full. */
  public IntakeSettings intake() {
    return intake;
  }

  /** Where the HTTP endpoints listen. */
  public HttpSettings http() {
    return http;
  }

  /** Topic of posterior samples; empty: none are published. */
  public Optional<String> samplesTopic() {
    return samplesTopic.isEmpty() ? Optional.empty() : Optional.of(samplesTopic);
  }

  /** Whether empty state may begin without the first observations. */
  public boolean beginIncomplete() {
    return beginIncomplete;
  }

  /** Number of stream threads, at least 1. */
  public int threads() {
    return streamThreads == 0 ? Runtime.getRuntime().availableProcessors() : streamThreads;
  }

  /** Folder of the local state. */
  public Path stateDir() {
    return stateDir.isEmpty()
        ? Path.of(System.getProperty("sidereus.home", "."), "work", "state")
        : Path.of(stateDir);
  }

  public StoreKind stateStore() {
    return stateStore;
  }

  /** Time between two transactions. */
  public Duration commitInterval() {
    return Duration.ofMillis(commitIntervalMs);
  }

  public Duration reportInterval() {
    return reportInterval;
  }

  public Duration startupTimeout() {
    return startupTimeout;
  }

  /** Absence of the brokers after which the service is not ready. */
  public Duration longestAbsence() {
    return longestAbsence;
  }

  /** Time without progress, while the brokers respond, after which the service ends. */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /** Settings of the client of the registry, by Confluent's keys. */
  public Map<String, String> registry() {
    return Map.copyOf(registry);
  }

  /** Settings for Kafka's clients, by the keys after {@code kafka.}. */
  Map<String, String> kafka() {
    return kafka;
  }
}
