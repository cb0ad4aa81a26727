package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts of one processor that move when the transaction that they belong to is committed. What a
 * transaction did that was given up is never counted. For one thread.
 */
final class CommittedCounts {
  private final ClientWatch clients;
  private long commits;
  private final List<Runnable> open = new ArrayList<>();

  CommittedCounts(ClientWatch clients) {
    this.clients = clients;
    this.commits = clients.commits();
  }

  /** Counts when the present transaction is committed. */
  void add(Runnable count) {
    open.add(count);
  }

  /** Moves the counts of committed transactions. Call this at the begin of every call. */
  void advance() {
    long now = clients.commits();
    if (now != commits) {
      commits = now;
      open.forEach(Runnable::run);
      open.clear();
    }
  }
}
