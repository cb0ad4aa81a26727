package org.sidereus.streams.config;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * What each RocksDB store takes on disk. There are five for each partition of the observations, and
 * many are small. Kafka Streams makes the objects by the name of the class.
 */
public final class StoreFiles implements RocksDBConfigSetter {
  /** RocksDB reserves 4 MiB for the list of the files of a store, which has some hundred bytes. */
  private static final long LIST_BYTES = 64 * 1024;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    options.setManifestPreallocationSize(LIST_BYTES);
  }

  @Override
  public void close(String storeName, Options options) {
    // Nothing was opened.
  }
}
