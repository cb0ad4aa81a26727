package org.sidereus.engine.inference;

import java.util.Arrays;

/**
 * Importance weights of the local noise of wide points at given shared noise. They are compared
 * within a {@link NoiseCells cell} alone: what a fit has wrong differs from cell to cell. Holds
 * scratch memory: one instance for each thread.
 */
final class CellWeights {
  private static final int BISECTIONS = 12;

  /** Tempered weights leave at least this share of effective points in each cell. */
  private static final double TEMPERED = 0.15;

  private final NoiseCells cells;
  private final int dimensions;
  private final int[] cellOf;

  /** Logarithms of the weights; the largest of a cell is 0. */
  private final double[] logWeights;

  private final double[] weights;
  private double[] counts = new double[0];
  private final double[] total;
  private final double[] sums;
  private final double[] squares;

  /**
   * Weights.
   *
   * @param points number of points S
   * @param dimensions of the noise D
   */
  CellWeights(NoiseCells cells, int points, int dimensions) {
    this.cells = cells;
    this.dimensions = dimensions;
    cellOf = new int[points];
    logWeights = new double[points];
    weights = new double[points];
    total = new double[cells.count()];
    sums = new double[cells.count()];
    squares = new double[cells.count()];
  }

  /**
   * Takes points.
   *
   * @param noise of the points [S * D]
   * @param differences logarithms of the weights [S], up to a number for each cell
   * @param counts how much the points count [S]; not copied
   * @return mean share of effective points of the cells
   */
  double take(float[] noise, double[] differences, double[] counts) {
    this.counts = counts;
    double[] largest = new double[cells.count()];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    Arrays.fill(total, 0);
    for (int s = 0; s < cellOf.length; s++) {
      int cell = cells.of(noise, s * dimensions);
      cellOf[s] = cell;
      if (counts[s] > 0) {
        total[cell] += counts[s];
        largest[cell] = Math.max(largest[cell], differences[s]);
      }
    }
    for (int s = 0; s < cellOf.length; s++) {
      logWeights[s] = differences[s] - largest[cellOf[s]];
    }
    double[] powers = new double[cells.count()];
    Arrays.fill(powers, 1);
    double[] shares = weigh(powers);
    double effective = 0;
    double all = 0;
    for (int c = 0; c < shares.length; c++) {
      effective += total[c] * shares[c];
      all += total[c];
    }
    return all > 0 ? effective / all : 0;
  }

  /**
   * The weights to the highest power, at most 1, that leaves enough effective points in the cell
   * [S]. Those of a cell have the sum of the counts of its points.
   */
  double[] tempered() {
    double[] low = new double[cells.count()];
    double[] high = new double[cells.count()];
    double[] powers = new double[cells.count()];
    Arrays.fill(high, 1);
    Arrays.fill(powers, 1);
    for (int i = 0; i <= BISECTIONS; i++) {
      double[] shares = weigh(powers);
      for (int c = 0; c < shares.length; c++) {
        if (shares[c] >= TEMPERED) {
          low[c] = powers[c];
        } else {
          high[c] = powers[c];
        }
        powers[c] = 0.5 * (low[c] + high[c]);
      }
    }
    weigh(low);
    for (int s = 0; s < weights.length; s++) {
      int cell = cellOf[s];
      weights[s] = weights[s] > 0 ? weights[s] / sums[cell] * total[cell] : 0;
    }
    return weights;
  }

  /** Fills the weights to the power of each cell; returns the share of effective points of each. */
  private double[] weigh(double[] powers) {
    Arrays.fill(sums, 0);
    Arrays.fill(squares, 0);
    for (int s = 0; s < weights.length; s++) {
      int cell = cellOf[s];
      double weight = counts[s] > 0 ? Math.exp(powers[cell] * logWeights[s]) : 0;
      weights[s] = counts[s] * weight;
      sums[cell] += weights[s];
      squares[cell] += weights[s] * weight;
    }
    double[] shares = new double[powers.length];
    for (int c = 0; c < shares.length; c++) {
      shares[c] = squares[c] > 0 ? sums[c] * sums[c] / (total[c] * squares[c]) : 0;
    }
    return shares;
  }
}
