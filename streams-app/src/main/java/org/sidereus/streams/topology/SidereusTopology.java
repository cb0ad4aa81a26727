package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.BranchedKStream;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.config.StoreKind;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The topology: observations go in; posteriors of objects, posteriors of groups and rejections come
 * out.
 *
 * <pre>
 * observations -> intake -> object posteriors
 *                       |-> rejections
 *                       `-> partial sums, by group -> combination -> group posteriors
 * </pre>
 */
public final class SidereusTopology {
  /** Name of the repartition topic, behind the application. */
  static final String PARTIAL_SUMS = "partial-sums";

  /** That of Kafka Streams. */
  private static final long DEFAULT_TRANSACTION_TIMEOUT_MS = 10_000;

  private final StreamRules rules;
  private final Topics topics;
  private final Optional<String> samplesTopic;
  private final int groupPartitions;
  private final StoreKind storeKind;
  private final SerdeFactory serdes;
  private final StreamMeters meters;
  private final EndOffsets ends;
  private final ClientWatch clients;
  private final MachineClock clock;

  /**
   * The parts of a topology.
   *
   * @param serdes serdes of the contracts
   * @param meters where the processors count
   * @param ends where the partitions of the observations end
   * @param clients the Kafka clients of the stream threads
   * @param clock of the timestamps that the stream writes, and of the time that it works
   */
  public SidereusTopology(
      StreamRules rules,
      Topics topics,
      StoreKind storeKind,
      SerdeFactory serdes,
      StreamMeters meters,
      EndOffsets ends,
      ClientWatch clients,
      MachineClock clock) {
    this(
        rules,
        topics,
        Optional.empty(),
        Integer.MAX_VALUE,
        storeKind,
        serdes,
        meters,
        ends,
        clients,
        clock);
  }

  private SidereusTopology(
      StreamRules rules,
      Topics topics,
      Optional<String> samplesTopic,
      int groupPartitions,
      StoreKind storeKind,
      SerdeFactory serdes,
      StreamMeters meters,
      EndOffsets ends,
      ClientWatch clients,
      MachineClock clock) {
    this.rules = rules;
    this.topics = topics;
    this.samplesTopic = samplesTopic;
    this.groupPartitions = groupPartitions;
    this.storeKind = storeKind;
    this.serdes = serdes;
    this.meters = meters;
    this.ends = ends;
    this.clients = clients;
    this.clock = clock;
  }

  /** The same topology, which also publishes the samples that the engine keeps. */
  public SidereusTopology withSamplesTo(Optional<String> topic) {
    return new SidereusTopology(
        rules, topics, topic, groupPartitions, storeKind, serdes, meters, ends, clients, clock);
  }

  /** The same topology, which uses the first partitions of the topic of the group posteriors. */
  public SidereusTopology withGroupPartitions(int most) {
    return new SidereusTopology(
        rules, topics, samplesTopic, most, storeKind, serdes, meters, ends, clients, clock);
  }

  /**
   * Builds the topology.
   *
   * @param settings settings of Kafka Streams
   */
  public Topology build(StreamsConfig settings) {
    StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(settings));
    StreamStores stores = new StreamStores(storeKind, rules.limits().maxObservationBytes());
    Serde<byte[]> bytes = Serdes.ByteArray();
    SerdeFactory readers = serdes.inBackground(rules.pending().registry());
    WorkBudget budget = new WorkBudget(transactionTimeout(settings), clients, clock.elapsedNs());
    EmissionShare share =
        new EmissionShare(
            rules.groups().share(),
            rules.groups().interval(),
            () -> clients.lastEnd().tookNs(),
            clients::waitingShare);
    WaitingBytes memory = WaitingBytes.ofHeap();

    // Bytes, so that the intake decides what is malformed, where topic and offset are known.
    KStream<byte[], IntakeOutput> outputs =
        builder.stream(
                topics.observations(),
                Consumed.with(bytes, bytes)
                    .withName("observations")
                    .withTimestampExtractor(new ArrivalTime(clock.epochMs())))
            .process(
                supplier(
                    () ->
                        new ObservationIntake(
                            rules,
                            reader(readers),
                            meters,
                            ends,
                            clients,
                            budget,
                            share,
                            memory,
                            clock.epochMs()),
                    stores.ofIntake()),
                Named.as("intake"));

    BranchedKStream<byte[], IntakeOutput> branches = outputs.split(Named.as("outputs-"));
    if (samplesTopic.isPresent()) {
      branches =
          branches.branch(
              (key, one) -> one instanceof IntakeOutput.ToSamples,
              Branched.withConsumer(branch -> toSamples(branch, samplesTopic.get()), "samples"));
    }
    branches
        .branch(
            (key, one) ->
                one instanceof IntakeOutput.ToPosteriors || one instanceof IntakeOutput.NoPosterior,
            Branched.withConsumer(this::toObjectPosteriors, "posteriors"))
        .branch(
            (key, one) -> one instanceof IntakeOutput.ToRejections,
            Branched.withConsumer(this::toRejections, "rejections"))
        .defaultBranch(
            Branched.withConsumer(branch -> combine(branch, stores, budget, share), "to-groups"));
    return builder.build(asProperties(settings));
  }

  private void toObjectPosteriors(KStream<byte[], IntakeOutput> posteriors) {
    posteriors
        .mapValues(
            one -> one instanceof IntakeOutput.ToPosteriors to ? to.posterior() : null,
            Named.as("object-posterior-records"))
        .to(
            topics.objectPosteriors(),
            Produced.with(Serdes.ByteArray(), serdes.valueSerde(ObjectPosterior.class))
                .withName("object-posteriors"));
  }

  private void toSamples(KStream<byte[], IntakeOutput> samples, String topic) {
    samples
        .mapValues(one -> ((IntakeOutput.ToSamples) one).samples(), Named.as("sample-records"))
        .to(
            topic,
            Produced.with(Serdes.ByteArray(), serdes.valueSerde(PosteriorSamples.class))
                .withName("samples"));
  }

  private void toRejections(KStream<byte[], IntakeOutput> rejections) {
    rejections
        .mapValues(
            one -> ((IntakeOutput.ToRejections) one).rejection(), Named.as("rejection-records"))
        .to(
            topics.rejections(),
            Produced.with(Serdes.ByteArray(), serdes.valueSerde(Rejection.class))
                .withName("rejections"));
  }

  private void combine(
      KStream<byte[], IntakeOutput> toGroups,
      StreamStores stores,
      WorkBudget budget,
      EmissionShare share) {
    toGroups
        .mapValues(one -> ((IntakeOutput.ToGroups) one).message(), Named.as("group-messages"))
        .repartition(
            Repartitioned.<byte[], GroupMessage>as(PARTIAL_SUMS)
                .withKeySerde(Serdes.ByteArray())
                .withValueSerde(GroupMessage.serde())
                .withStreamPartitioner(new GroupPartitioner()))
        .process(
            supplier(
                () ->
                    new GroupCombination(
                        rules, meters, clients, budget, share.ofPosteriors(), clock.epochMs()),
                stores.ofCombination()),
            Named.as("combination"))
        .to(
            topics.groupPosteriors(),
            Produced.with(Serdes.ByteArray(), serdes.valueSerde(GroupPosterior.class))
                .withStreamPartitioner(new GroupPosteriorPartitioner(groupPartitions))
                .withName("group-posteriors"));
  }

  /**
   * The changelogs of the stores of an application, by the names that Kafka Streams gives them.
   *
   * @param applicationId {@code application.id} of the service
   */
  public static List<String> changelogs(String applicationId) {
    return StreamStores.ALL.stream()
        .map(store -> applicationId + "-" + store + "-changelog")
        .toList();
  }

  /**
   * The topic between the two processors of an application, by the name that Kafka Streams gives
   * it.
   *
   * @param applicationId {@code application.id} of the service
   */
  public static String repartitionTopic(String applicationId) {
    return applicationId + "-" + PARTIAL_SUMS + "-repartition";
  }

  /** The changelog of the ledgers; it has as many partitions as the observations had at first. */
  public static String ledgerChangelog(String applicationId) {
    return applicationId + "-" + StreamStores.LEDGER + "-changelog";
  }

  private static Duration transactionTimeout(StreamsConfig settings) {
    Object given =
        settings
            .originals()
            .getOrDefault(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                DEFAULT_TRANSACTION_TIMEOUT_MS);
    return Duration.ofMillis(Long.parseLong(given.toString()));
  }

  private ObservationReader reader(SerdeFactory readers) {
    return new ObservationReader(
        readers.observationsInColumns(),
        rules.bundles(),
        rules.limits().maxObservationBytes(),
        rules.limits().maxAhead(),
        rules.windows().size());
  }

  private static Properties asProperties(StreamsConfig settings) {
    Properties properties = new Properties();
    properties.putAll(settings.originals());
    return properties;
  }

  private static <A, B, C, D> ProcessorSupplier<A, B, C, D> supplier(
      Supplier<Processor<A, B, C, D>> processors, Set<StoreBuilder<?>> stores) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<A, B, C, D> get() {
        return processors.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return stores;
      }
    };
  }
}
