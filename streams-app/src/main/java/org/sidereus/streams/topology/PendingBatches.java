package org.sidereus.streams.topology;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.BatchInference.Result;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/** Infers the observations of one partition that are ready, in batches. For one thread. */
final class PendingBatches {
  /** Bound of the memory of a batch, whatever the size of its observations. */
  private static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private final int size;
  private final WorkBudget budget;
  private final PendingObservations pending;
  private final RequestOutcomes outcomes;
  private final ConcludedTimes times;
  private final StreamMeters meters;
  private final Runnable concluded;
  private final Runnable commit;
  private final BatchLimit limit;

  /**
   * Batches.
   *
   * @param size most observations of one
   * @param concluded called after each batch
   * @param commit asks for a commit
   */
  PendingBatches(
      int size,
      WorkBudget budget,
      PendingObservations pending,
      RequestOutcomes outcomes,
      ConcludedTimes times,
      StreamMeters meters,
      Runnable concluded,
      Runnable commit) {
    this.size = size;
    this.budget = budget;
    this.pending = pending;
    this.outcomes = outcomes;
    this.times = times;
    this.meters = meters;
    this.concluded = concluded;
    this.commit = commit;
    limit = new BatchLimit(size);
  }

  /** Whether a batch is ready. */
  boolean isFull() {
    return pending.ready() >= size || pending.readyBytes() >= MAX_BATCH_BYTES;
  }

  /**
   * Infers those that are ready as long as the call lasts, and one batch in any case, unless the
   * thread must poll: what came before may have taken all of the call. Returns whether there were
   * any.
   */
  boolean conclude(WorkBudget.Call call) {
    boolean any = false;
    while (pending.ready() > 0) {
      if (call.isOver() && (any || call.awaitsPoll())) {
        commitIfAwaited(call);
        break;
      }
      long leftNs = call.leftNs();
      List<Waiting> batch = pending.takeReady(limit.next(budget.callNs()), MAX_BATCH_BYTES);
      conclude(batch, call);
      limit.took(batch.size(), leftNs - call.leftNs());
      any = true;
    }
    return any;
  }

  private void conclude(List<Waiting> batch, WorkBudget.Call call) {
    long leftNs = call.leftNs();
    Map<String, Iterator<Result>> results = RequestOutcomes.inferred(batch);
    meters.batch(batch.size(), leftNs - call.leftNs());
    for (Waiting one : batch) {
      outcomes.conclude(one, results);
      times.advance(one, one.decoded().orElseThrow().observation());
      times.resolve(one);
    }
    concluded.run();
  }

  /** Asks for a commit if the broker waits for one. */
  void commitIfAwaited(WorkBudget.Call call) {
    if (call.awaitsCommit()) {
      commit.run();
    }
  }
}
