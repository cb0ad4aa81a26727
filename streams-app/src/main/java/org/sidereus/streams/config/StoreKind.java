package org.sidereus.streams.config;

/** Where the state of the stream is kept between the changelogs and the processors. */
public enum StoreKind {
  /** On disk by RocksDB: state may be larger than the memory. */
  ROCKSDB,
  /** In memory: faster, and restored from the changelogs at every start. */
  MEMORY
}
