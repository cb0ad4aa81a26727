package org.sidereus.engine.kernel;

/** What the numbers of a value are. In a tile all are of float32. */
enum TileKind {
  /** Of float32 in the graph, too. */
  NUMBER,
  /** Of int64 or int32. */
  WHOLE,
  /** 1: true; 0: false. */
  TRUTH
}
