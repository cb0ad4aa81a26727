package org.sidereus.trainer.training;

/**
 * Size of the batches over a run: it doubles from the first to the last size in stages of equal
 * length. Large batches late in a run take noise out of the gradient when the steps are small.
 *
 * @param first size in the beginning
 * @param last size in the end, {@code first} times a power of 2
 * @param steps steps of the whole run
 */
public record BatchSizes(int first, int last, long steps) {
  public BatchSizes {
    if (first < 1 || last < first || Integer.bitCount(last / first) != 1 || last % first != 0) {
      throw new IllegalArgumentException(
          "the last batch size must be the first times a power of 2 but they are "
              + first
              + " and "
              + last);
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1 but is " + steps);
    }
  }

  /** The size of a step, counted from 0. */
  public int at(long step) {
    return first << stage(step);
  }

  /** The first step of the stage that a step belongs to. */
  public long stageStart(long step) {
    return firstStep(stage(step));
  }

  /** Rows of all steps before the given one. */
  public long rowsBefore(long step) {
    long rows = 0;
    for (long s = step; s > 0; s = stageStart(s - 1)) {
      rows += (s - stageStart(s - 1)) * at(s - 1);
    }
    return rows;
  }

  private int stages() {
    return Integer.numberOfTrailingZeros(last / first) + 1;
  }

  private int stage(long step) {
    int stage = 0;
    while (stage + 1 < stages() && step >= firstStep(stage + 1)) {
      stage++;
    }
    return stage;
  }

  private long firstStep(int stage) {
    return stage * steps / stages();
  }
}
