package org.sidereus.streams.topology;

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

/** The stores of the topology, each declared once. All are changelogged. */
final class StreamStores {
  /** Observations that wait for their batch, by slot. */
  static final String PENDING = "pending-observations";

  /** The last contribution of each object. */
  static final String MEMBERS = "group-members";

  /** The visits of each object, one entry for each, as {@link IntakeVisits} keeps them. */
  static final String VISITS = "object-visits";

  /** Sums of the contributions at one source, by {@link SumKey}. */
  static final String PARTIAL_SUMS = "partial-sums";

  /** The books, under {@link #BOOKS_KEY}. */
  static final String BOOKS = "intake-books";

  static final int BOOKS_KEY = 0;

  /** Sums of groups over all sources, by {@link SumKey}. */
  static final String GROUP_SUMS = "group-sums";

  /** How far each source has come, by its number; under {@link #CLOSED_KEY} what is closed. */
  static final String PROGRESS = "source-progress";

  static final int CLOSED_KEY = -1;

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
        byNumber(BOOKS));
  }

  Set<StoreBuilder<?>> ofCombination() {
    return Set.of(byBytes(GROUP_SUMS), byNumber(PROGRESS));
  }

  private StoreBuilder<KeyValueStore<Bytes, byte[]>> byBytes(String name) {
    KeyValueBytesStoreSupplier supplier =
        kind == StoreKind.MEMORY
            ? Stores.inMemoryKeyValueStore(name)
            : Stores.persistentKeyValueStore(name);
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
