package org.sidereus.streams.topology;

import java.util.concurrent.CompletionStage;

/** End offsets of the partitions of the observations. MUST be safe for threads. */
public interface EndOffsets {

  /**
   * The offset after the last event of a partition. MUST return at once.
   *
   * @return completed when the brokers respond, or exceptionally if they do not
   */
  CompletionStage<Long> of(int partition);
}
