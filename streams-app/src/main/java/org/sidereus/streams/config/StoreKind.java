package org.sidereus.streams.config;

/** Where the stream keeps its local state. */
public enum StoreKind {
  /** On disk by RocksDB: state may be larger than the memory. */
  ROCKSDB,
  /** In memory: faster, and restored from the changelogs at every start. */
  MEMORY
}
