package org.sidereus.engine;

/** The progress of one long work. Safe to advance from several threads. */
public interface Progress extends AutoCloseable {

  /** Adds finished steps. */
  void advance(long steps);

  @Override
  void close();
}
