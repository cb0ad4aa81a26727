package org.sidereus.streams.config;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * What each RocksDB store takes on disk, and who is told that one is opened. There are five for
 * each partition of the observations, and many are small. Kafka Streams makes the objects by the
 * name of the class, and opens the stores of a task on its stream thread.
 */
public final class StoreFiles implements RocksDBConfigSetter {
  /** The setting with the {@link Runnable} that is run on the thread that opens a store. */
  public static final String ON_OPEN = "sidereus.on.open.of.a.store";

  /** RocksDB reserves 4 MiB for the list of the files of a store, which has some hundred bytes. */
  private static final long LIST_BYTES = 64 * 1024;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    options.setManifestPreallocationSize(LIST_BYTES);
    if (configs.get(ON_OPEN) instanceof Runnable onOpen) {
      onOpen.run();
    }
  }

  @Override
  public void close(String storeName, Options options) {
    // Nothing was opened.
  }
}
