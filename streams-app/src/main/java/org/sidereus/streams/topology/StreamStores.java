package org.sidereus.streams.topology;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.sidereus.streams.config.StoreKind;

/**
 * The stores of the topology, each declared once. All are changelogged. Their values begin with a
 * format number; see {@link org.sidereus.streams.state.StateFormat}.
 */
final class StreamStores {
  /** Observations that wait for their batch, in pages, by the number of the page. */
  static final String PENDING = "pending-observations";

  /** The last contribution of each object. */
  static final String MEMBERS = "group-members";

  /** The visits of each object, one entry for each, as {@link IntakeVisits} keeps them. */
  static final String VISITS = "object-visits";

  /** Sums of the contributions at one partition of the observations, by {@link SumKey}. */
  static final String PARTIAL_SUMS = "partial-sums";

  /**
   * The ledger of the partition, under {@link #LEDGER_KEY}, and how far the partition is processed,
   * under {@link org.sidereus.streams.ledger.ReadPosition#KEY}.
   */
  static final String LEDGER = "intake-ledger";

  static final int LEDGER_KEY = 0;

  /** How far each survey has come at the partition, by name. */
  static final String SURVEYS = "survey-times";

  /** The groups that were renamed, by their old names. */
  static final String NAMES = "group-names";

  /**
   * What the sums of groups over all partitions of the observations consist of, by {@link SumKey}.
   */
  static final String GROUP_SUMS = "group-sums";

  /** The partial sums of which they consist, by {@link SumKey} and partition. */
  static final String GROUP_PARTS = "group-parts";

  /** The progress of the partitions of the observations, as {@link PartitionProgress} keeps it. */
  static final String PROGRESS = "partition-progress";

  /** All stores. */
  static final List<String> ALL =
      List.of(
          PENDING,
          MEMBERS,
          VISITS,
          PARTIAL_SUMS,
          LEDGER,
          SURVEYS,
          NAMES,
          GROUP_SUMS,
          GROUP_PARTS,
          PROGRESS);

  private final StoreKind kind;
  private final int maxObservationBytes;

  StreamStores(StoreKind kind, int maxObservationBytes) {
    this.kind = kind;
    this.maxObservationBytes = maxObservationBytes;
  }

  Set<StoreBuilder<?>> ofIntake() {
    int overheadBytes = 512 * 1024;
    String largest = Integer.toString(Math.addExact(2 * maxObservationBytes, overheadBytes));
    return Set.of(
        cached(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(PENDING), Serdes.Integer(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, largest))),
        // Each object is written once, so there is nothing for a cache to save.
        byBytes(MEMBERS).withCachingDisabled(),
        // Likewise; and a visit may be as long as its observation.
        byBytes(VISITS)
            .withCachingDisabled()
            .withLoggingEnabled(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, largest)),
        byBytes(PARTIAL_SUMS),
        byNumber(LEDGER),
        inMemory(SURVEYS),
        inMemory(NAMES));
  }

  Set<StoreBuilder<?>> ofCombination() {
    return Set.of(byBytes(GROUP_SUMS), byBytes(GROUP_PARTS), inMemory(PROGRESS));
  }

  private StoreBuilder<KeyValueStore<Bytes, byte[]>> byBytes(String name) {
    return byBytes(
        kind == StoreKind.MEMORY
            ? Stores.inMemoryKeyValueStore(name)
            : Stores.persistentKeyValueStore(name));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> inMemory(String name) {
    return byBytes(Stores.inMemoryKeyValueStore(name));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> byBytes(
      KeyValueBytesStoreSupplier supplier) {
    return cached(
        Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of()));
  }

  private StoreBuilder<KeyValueStore<Integer, byte[]>> byNumber(String name) {
    return cached(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.Integer(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of()));
  }

  private static <K> StoreBuilder<KeyValueStore<K, byte[]>> cached(
      StoreBuilder<KeyValueStore<K, byte[]>> builder) {
    return builder.withCachingEnabled();
  }
}
