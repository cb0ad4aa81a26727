package org.sidereus.engine.inference;

import org.sidereus.engine.bundle.Prior;

/**
 * {@link Prior#normalScore} from a table: it is asked for every sample of every object. The table
 * is linear between nodes that are even in the parameter, over the range of the prior or, where it
 * has no end, {@value #REACH} standard deviations to that side; the error is below 1e-3 but in the
 * outermost cells. Immutable and safe for threads.
 */
final class NormalScores {
  private static final int CELLS = 4_096;
  private static final double REACH = 8;

  private final double first;
  private final double step;
  private final double[] scores = new double[CELLS + 1];

  NormalScores(Prior prior) {
    double reach = REACH * prior.sd();
    first = Math.max(prior.lower(), prior.mean() - reach);
    step = (Math.min(prior.upper(), prior.mean() + reach) - first) / CELLS;
    for (int i = 0; i <= CELLS; i++) {
      // the ends of the prior have infinite scores: half a cell inside they are finite
      double inside = i == 0 ? 0.5 : i == CELLS ? CELLS - 0.5 : i;
      scores[i] = prior.normalScore(first + step * inside);
    }
  }

  /** The score of a value; that of the nearest end for a value beyond the table. */
  double of(double value) {
    double at = Math.min(CELLS, Math.max(0, (value - first) / step));
    int below = Math.min(CELLS - 1, (int) at);
    return scores[below] + (at - below) * (scores[below + 1] - scores[below]);
  }
}
