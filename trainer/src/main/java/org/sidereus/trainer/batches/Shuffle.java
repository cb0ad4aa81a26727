package org.sidereus.trainer.batches;

import java.util.random.RandomGenerator;
import org.sidereus.simulators.run.RandomStreams;

/**
 * Rows of a set in random order, each once per pass, addressed by position in an endless sequence.
 * Keeps the order of one pass in memory; not safe for use by several threads.
 */
public final class Shuffle {
  private final int rows;
  private final RandomStreams streams;
  private final String purpose;
  private final int[] order;
  private long pass = -1;

  /**
   * An order.
   *
   * @param rows of the set
   * @param purpose of the random numbers
   */
  public Shuffle(int rows, RandomStreams streams, String purpose) {
    this.rows = rows;
    this.streams = streams;
    this.purpose = purpose;
    this.order = new int[rows];
  }

  /** The row at a position of the sequence, counted from 0. */
  public int row(long position) {
    long needed = position / rows;
    if (needed != pass) {
      arrange(needed);
    }
    return order[(int) (position % rows)];
  }

  private void arrange(long needed) {
    RandomGenerator random = streams.at(purpose, needed);
    for (int i = 0; i < rows; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    pass = needed;
  }
}
