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
    int stages = Integer.numberOfTrailingZeros(last / first) + 1;
    long stage = Math.min(stages - 1, step * stages / steps);
    return first << stage;
  }
}
