package org.sidereus.engine.inference;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * A normal density of the local noise of a flow at given shared noise. Its mean is a polynomial of
 * the shared noise and an offset of the {@link NoiseCells cell}; the cell has a covariance. Where
 * the flow's conditional density of the local parameters is wrong, samples from it count more
 * evenly than those of standard normal noise. Immutable.
 */
final class LocalProposal {
  /** Widens the covariance: proposals that are too narrow give single large weights. */
  private static final double WIDENING = 1.3;

  /** Added to the variances; those of the noise are 1. */
  private static final double RIDGE = 1e-3;

  /** A cell's own moments count as much as those of all cells with so many effective points. */
  private static final double POINTS_OF_ALL = 8;

  /** Points from standard normal noise, which bound the weights: one of so many. */
  private static final int DEFENSIVE_PART = 4;

  private static final double LOG_DEFENSIVE = Math.log(1.0 / DEFENSIVE_PART);
  private static final double LOG_REST = Math.log(1 - 1.0 / DEFENSIVE_PART);

  private final NoiseLayout layout;
  private final NoiseCells cells;
  private final LocalMean mean;
  private final Part[] parts;

  private LocalProposal(NoiseLayout layout, NoiseCells cells, LocalMean mean, Part[] parts) {
    this.layout = layout;
    this.cells = cells;
    this.mean = mean;
    this.parts = parts;
  }

  /**
   * What a cell has for itself.
   *
   * @param offset added to the mean [n]
   * @param root of the covariance [n, n]
   */
  private record Part(
      double[] offset, double[][] root, double[][] inverseRoot, double logDeterminant) {
    static @Nullable Part of(double[] offset, double[][] covariance) {
      for (int i = 0; i < covariance.length; i++) {
        for (int j = 0; j <= i; j++) {
          covariance[i][j] = WIDENING * covariance[i][j] + (i == j ? RIDGE : 0);
          covariance[j][i] = covariance[i][j];
        }
      }
      double[][] root = PositiveMatrix.root(covariance);
      if (root == null) {
        return null;
      }
      double sum = 0;
      for (int i = 0; i < root.length; i++) {
        sum += Math.log(root[i][i]);
      }
      return new Part(offset, root, PositiveMatrix.inverseOfRoot(root), sum);
    }
  }

  /** Moments about the mean of the weighted points of a cell; the covariance's lower triangle. */
  private static final class Moments {
    private double sum;
    private double squares;
    private final double[] first;
    private final double[][] second;

    Moments(int n) {
      first = new double[n];
      second = new double[n][n];
    }

    void add(double weight, double[] residual) {
      sum += weight;
      squares += weight * weight;
      for (int i = 0; i < residual.length; i++) {
        first[i] += weight * residual[i];
        for (int j = 0; j <= i; j++) {
          second[i][j] += weight * residual[i] * residual[j];
        }
      }
    }

    /** The cell's part, drawn towards the moments of all cells. */
    @Nullable Part part(Moments all) {
      double effective = squares > 0 ? sum * sum / squares : 0;
      double own = effective / (effective + POINTS_OF_ALL);
      double[] offset = new double[first.length];
      double[][] covariance = new double[first.length][first.length];
      for (int i = 0; i < offset.length; i++) {
        offset[i] = sum > 0 ? own * first[i] / sum : 0;
        for (int j = 0; j <= i; j++) {
          // about the offset, which is drawn towards 0
          double here = sum > 0 ? second[i][j] / sum - offset[i] * offset[j] * (2 / own - 1) : 0;
          covariance[i][j] = own * here + (1 - own) * all.second[i][j] / all.sum;
        }
      }
      return Part.of(offset, covariance);
    }
  }

  /**
   * The density of an affine map of the noise.
   *
   * @param mean linear
   * @param covariance [n, n]
   */
  static LocalProposal affine(
      NoiseLayout layout, NoiseCells cells, LocalMean mean, double[][] covariance) {
    Part[] parts = new Part[cells.count()];
    Arrays.fill(
        parts,
        Objects.requireNonNull(
            Part.of(new double[layout.local().length], covariance), "a positive covariance"));
    return new LocalProposal(layout, cells, mean, parts);
  }

  /**
   * The density of weighted points, a little widened.
   *
   * @param points noise [S * D], point by point
   * @param weights [S]
   * @param radius largest shared noise
   * @return null if the points do not determine it
   */
  static @Nullable LocalProposal fitted(
      NoiseLayout layout, NoiseCells cells, float[] points, double[] weights, double radius) {
    LocalMean mean = LocalMean.fitted(layout, points, weights, radius);
    if (mean == null) {
      return null;
    }
    int n = layout.local().length;
    Moments all = new Moments(n);
    Moments[] moments = new Moments[cells.count()];
    Arrays.setAll(moments, cell -> new Moments(n));
    for (int s = 0; s < weights.length; s++) {
      if (weights[s] > 0) {
        int at = s * layout.dimensions();
        double[] residual = residual(layout, mean, points, at);
        all.add(weights[s], residual);
        moments[cells.of(points, at)].add(weights[s], residual);
      }
    }
    Part[] parts = new Part[moments.length];
    for (int c = 0; c < parts.length; c++) {
      Part part = moments[c].part(all);
      if (part == null) {
        return null;
      }
      parts[c] = part;
    }
    return new LocalProposal(layout, cells, mean, parts);
  }

  /** The local noise of a point minus the mean of the polynomial. */
  private static double[] residual(NoiseLayout layout, LocalMean mean, float[] points, int at) {
    double[] residual = mean.at(points, at);
    for (int j = 0; j < residual.length; j++) {
      residual[j] = points[at + layout.local()[j]] - residual[j];
    }
    return residual;
  }

  /**
   * Points of the density, and a part that stays standard normal.
   *
   * @param base points with standard normal local noise [S * D]
   */
  float[] of(float[] base) {
    int d = layout.dimensions();
    int[] local = layout.local();
    float[] points = base.clone();
    int count = base.length / d;
    for (int s = count / DEFENSIVE_PART; s < count; s++) {
      Part part = parts[cells.of(base, s * d)];
      double[] value = mean.at(base, s * d);
      for (int i = 0; i < local.length; i++) {
        value[i] += part.offset[i];
        for (int j = 0; j <= i; j++) {
          value[i] += part.root[i][j] * base[s * d + local[j]];
        }
        points[s * d + local[i]] = (float) value[i];
      }
    }
    return points;
  }

  /**
   * Logarithm of the density of the points of {@link #of}, the standard normal part with them, over
   * that of standard normal noise.
   *
   * @param points [S * D]
   * @param s index of the point
   */
  double logRatio(float[] points, int s) {
    int at = s * layout.dimensions();
    Part part = parts[cells.of(points, at)];
    double[] residual = residual(layout, mean, points, at);
    double standard = 0;
    double square = 0;
    for (int i = 0; i < residual.length; i++) {
      double value = points[at + layout.local()[i]];
      standard += value * value;
      residual[i] -= part.offset[i];
      double whitened = 0;
      for (int j = 0; j <= i; j++) {
        whitened += part.inverseRoot[i][j] * residual[j];
      }
      square += whitened * whitened;
    }
    double ratio = LOG_REST + 0.5 * (standard - square) - part.logDeterminant;
    double largest = Math.max(ratio, LOG_DEFENSIVE);
    return largest + Math.log(Math.exp(ratio - largest) + Math.exp(LOG_DEFENSIVE - largest));
  }
}
