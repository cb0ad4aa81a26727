package org.sidereus.engine.inference;

import java.util.Arrays;

/**
 * Moves points towards support points of the standard normal distribution (Mak and Joseph 2018,
 * Annals of Statistics 46, 2562): points of a small energy distance from it. That distance compares
 * the distribution functions of the projections on all directions, so that the points give good
 * means of functions that are smooth, whichever parameters these depend on.
 *
 * <p>A step is that of the convex-concave procedure of the paper (its equation 22) with momentum.
 * The expectation over the normal distribution is known in closed form. All operations are rounded
 * alike by every processor, so the points have the same bits everywhere.
 */
final class SupportPoints {
  /** Pairs of points over all steps: a tenth of a second. */
  private static final int MOST_PAIRS = 13_000_000;

  private static final int MOST_STEPS = 200;

  /** Share of the last step that the next one adds. */
  private static final double MOMENTUM = 0.9;

  /** Intervals of the table of expectations. */
  private static final int INTERVALS = 1_000;

  /** Distance from the origin at which the table ends. */
  private static final double FARTHEST = 10;

  /** Added to squares of distances: that of a point from itself is 0. */
  private static final double SMALLEST_SQUARE = 1e-12;

  private final int dimensions;

  /** E[(x - Y) / |x - Y|] = f(|x|) x for a standard normal Y: f at even distances. */
  private final double[] expectations;

  /**
   * Support points.
   *
   * @param dimensions D, 2 or more
   */
  SupportPoints(int dimensions) {
    this.dimensions = dimensions;
    expectations = expectations(dimensions);
  }

  /**
   * f(r) = sqrt(2) Gamma((D+1)/2) / Gamma(D/2) / D 1F1(1/2; D/2+1; -r^2/2), the derivative of E|x -
   * Y| over r; by Kummer's transformation, a series without changes of sign.
   */
  private static double[] expectations(int dimensions) {
    // Gamma((d+1)/2) / Gamma(d/2) is d/2 over the ratio of d + 1
    double ratio = 1 / Math.sqrt(Math.PI);
    for (int d = 1; d < dimensions; d++) {
      ratio = 0.5 * d / ratio;
    }
    double[] values = new double[INTERVALS + 1];
    for (int i = 0; i < values.length; i++) {
      double r = FARTHEST * i / INTERVALS;
      double t = r * r / 2;
      double term = 1;
      double sum = 1;
      for (int k = 0; term > 1e-17 * sum; k++) {
        term *= (0.5 * (dimensions + 1) + k) / (0.5 * dimensions + 1 + k) * t / (k + 1);
        sum += term;
      }
      values[i] = Math.sqrt(2) * ratio / dimensions * StrictMath.exp(-t) * sum;
    }
    return values;
  }

  /** Linear between the nodes of the table. */
  private double expectation(double r) {
    double place = Math.min(FARTHEST, r) * (INTERVALS / FARTHEST);
    int below = Math.min(INTERVALS - 1, (int) place);
    return expectations[below] + (place - below) * (expectations[below + 1] - expectations[below]);
  }

  /**
   * Moves points, each together with its mirror image at the origin. The more points there are, the
   * fewer steps they take; many points stay where they are.
   *
   * @param half one point of each pair [H][D]; changed
   */
  void move(double[][] half) {
    int count = half.length;
    int steps = (int) Math.min(MOST_STEPS, MOST_PAIRS / Math.max(1L, (long) count * count));
    // by dimension: processors take neighbouring numbers together
    double[][] x = new double[dimensions][count];
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimensions; d++) {
        x[d][s] = half[s][d];
      }
    }
    double[][] last = new double[dimensions][count];
    for (int step = 0; step < steps; step++) {
      double[][] directions = directions(x);
      for (int s = 0; s < count; s++) {
        double square = 0;
        for (int d = 0; d < dimensions; d++) {
          square += x[d][s] * x[d][s];
        }
        double mean = 1 / (2 * count * expectation(Math.sqrt(square)));
        for (int d = 0; d < dimensions; d++) {
          last[d][s] = MOMENTUM * last[d][s] + mean * directions[d][s] - x[d][s];
          x[d][s] += last[d][s];
        }
      }
    }
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < dimensions; d++) {
        half[s][d] = x[d][s];
      }
    }
  }

  /** At each point, the sum of the unit vectors that lead away from all points and images. */
  private double[][] directions(double[][] x) {
    int count = x[0].length;
    double[][] directions = new double[dimensions][count];
    double[] fromPoint = new double[count];
    double[] fromImage = new double[count];
    for (int s = 0; s < count; s++) {
      Arrays.fill(fromPoint, SMALLEST_SQUARE);
      Arrays.fill(fromImage, SMALLEST_SQUARE);
      for (double[] column : x) {
        addSquares(column, column[s], fromPoint, fromImage);
      }
      invert(fromPoint);
      invert(fromImage);
      for (int d = 0; d < dimensions; d++) {
        addUnits(x[d], x[d][s], fromPoint, fromImage, directions[d]);
      }
    }
    return directions;
  }

  private static void addSquares(double[] x, double at, double[] fromPoint, double[] fromImage) {
    for (int t = 0; t < x.length; t++) {
      double difference = x[t] - at;
      double sum = x[t] + at;
      fromPoint[t] += difference * difference;
      fromImage[t] += sum * sum;
    }
  }

  private static void invert(double[] squares) {
    for (int t = 0; t < squares.length; t++) {
      squares[t] = 1 / Math.sqrt(squares[t]);
    }
  }

  private static void addUnits(
      double[] x, double at, double[] perPoint, double[] perImage, double[] directions) {
    for (int t = 0; t < x.length; t++) {
      directions[t] += (x[t] - at) * perPoint[t] + (x[t] + at) * perImage[t];
    }
  }
}
