package org.sidereus.streams.service;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** When each thread has last begun to open a store. Safe for threads. */
final class StoreOpenings {
  private final LongSupplier clockNs;
  private final Map<String, Long> lastNs = new ConcurrentHashMap<>();

  /**
   * No opening yet.
   *
   * @param clockNs nanoseconds by a clock that is never set
   */
  StoreOpenings(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  /** The calling thread opens a store. */
  void open() {
    lastNs.put(Thread.currentThread().getName(), clockNs.getAsLong());
  }

  /** When a thread has last begun to open one; empty: it has opened none. */
  OptionalLong lastNs(String threadName) {
    Long last = lastNs.get(threadName);
    return last == null ? OptionalLong.empty() : OptionalLong.of(last);
  }

  /** Forgets threads that are gone. */
  void keepOnly(Collection<String> threadNames) {
    lastNs.keySet().retainAll(threadNames);
  }
}
