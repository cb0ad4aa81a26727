package org.sidereus.engine.combination;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Integrals of a density of the shared parameters on an ellipsoid around given moments; outside of
 * it, and of the bounds of the prior, the density is zero. Moments and marginals are integrals of
 * this one density over this one domain. Immutable and safe for threads.
 */
final class DensityGrid {
  /** Points of the grid for each standard deviation. */
  private static final int POINTS = 4;

  /** Points for each standard deviation where only a sum is needed. */
  private static final int COARSE_POINTS = 2;

  /** Even cells between the ends of a marginal where bounds cut the ellipsoid. */
  private static final int CUT_CELLS = 3 * MarginalDensity.POINTS;

  private final SharedCoordinates coordinates;
  private final double reach;
  private final GridNodes fine;
  private final GridNodes marginal;
  private final int density;
  private final double[] lower;
  private final double[] upper;

  /**
   * A grid.
   *
   * @param reach radius of the ellipsoid in standard deviations; a multiple of one half
   */
  DensityGrid(SharedCoordinates coordinates, double reach) {
    this(coordinates, reach, POINTS, COARSE_POINTS);
  }

  /**
   * A grid.
   *
   * @param reach radius of the ellipsoid in standard deviations; a multiple of one half
   * @param density points of the grid for each standard deviation
   * @param coarse the same where only a sum is needed
   */
  DensityGrid(SharedCoordinates coordinates, double reach, int density, int coarse) {
    this.coordinates = coordinates;
    this.reach = reach;
    this.density = density;
    lower = coordinates.lower();
    upper = coordinates.upper();
    int points = points(density);
    fine = new GridNodes(coordinates.size(), reach, points, points);
    marginal = new GridNodes(coordinates.size(), reach, points, points(coarse));
  }

  private int points(int density) {
    return 1 + (int) Math.round(2 * reach * density);
  }

  /**
   * Moments of a density.
   *
   * @param around the moments that centre and scale the ellipsoid
   * @param moments mean and covariance of the density on the ellipsoid
   * @param borderShare share of the probability in the outermost shell of the ellipsoid
   * @param logTotal logarithm of the integral, per volume of the ellipsoid's unit
   */
  record Integral(Moments around, Moments moments, double borderShare, double logTotal) {}

  /** The moments of a density on the ellipsoid around given ones; null where degenerate. */
  @Nullable Integral integrate(PolynomialDensity density, Moments around) {
    int k = coordinates.size();
    PlacedNodes nodes =
        isCut(around)
            ? new CutNodes(around.mean(), around.root(), lower, upper, reach).place(this.density)
            : fine.placed(around.mean(), around.root());
    double[][] z = nodes.z();
    double[] weights = density.at(z);
    double highest = highest(weights);
    double total = 0;
    double onBorder = 0;
    double[] mean = new double[k];
    for (int p = 0; p < weights.length; p++) {
      double weight = nodes.volume()[p] * Math.exp(weights[p] - highest);
      weights[p] = weight;
      total += weight;
      onBorder += nodes.border()[p] ? weight : 0;
      for (int i = 0; i < k; i++) {
        mean[i] += weight * z[i][p];
      }
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    for (int i = 0; i < k; i++) {
      mean[i] /= total;
    }
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int p = 0; p < weights.length; p++) {
          sum += weights[p] * (z[i][p] - mean[i]) * (z[j][p] - mean[j]);
        }
        covariance[i][j] = sum / total;
        covariance[j][i] = covariance[i][j];
      }
    }
    Moments moments = Moments.of(mean, covariance);
    return moments == null
        ? null
        : new Integral(
            around, moments, onBorder / total, highest + Math.log(total) + nodes.logUnit());
  }

  /** Whether a bound of the prior cuts the ellipsoid around moments. */
  boolean isCut(Moments around) {
    return CutNodes.areNeeded(around, lower, upper, reach);
  }

  /**
   * The marginal density of one parameter, in its unit.
   *
   * @param density at the nodes
   * @param logTotal logarithm of its integral, in the unit of {@link Integral#logTotal()}
   */
  record MarginalIntegral(ParameterDensity density, double logTotal) {}

  /**
   * The marginal density of one parameter: the integral of the same density over the same ellipsoid
   * as for the moments, with nodes whose first direction is that parameter's. Null where there is
   * no probability.
   */
  @Nullable MarginalIntegral marginal(PolynomialDensity density, int parameter, Integral integral) {
    int k = coordinates.size();
    Moments around = integral.around();
    int[] order = new int[k];
    for (int i = 0; i < k; i++) {
      order[i] = i == 0 ? parameter : i <= parameter ? i - 1 : i;
    }
    double[][] permuted = new double[k][k];
    double[] centre = new double[k];
    for (int i = 0; i < k; i++) {
      centre[i] = around.mean()[order[i]];
      for (int j = 0; j < k; j++) {
        permuted[i][j] = around.covariance()[order[i]][order[j]];
      }
    }
    double[][] root = PositiveMatrix.root(permuted);
    if (root == null) {
      return null;
    }
    @Nullable CutNodes cut =
        isCut(around)
            ? new CutNodes(centre, root, ordered(lower, order), ordered(upper, order), reach)
            : null;
    PlacedNodes nodes =
        cut == null ? marginal.placed(centre, root) : cut.place(this.density, CUT_CELLS);
    double[][] z = new double[k][];
    for (int i = 0; i < k; i++) {
      z[order[i]] = nodes.z()[i];
    }
    double[] logDensity = density.at(z);
    double highest = highest(logDensity);
    double[] values = new double[cut == null ? marginal.points() : CUT_CELLS];
    double total = 0;
    for (int p = 0; p < logDensity.length; p++) {
      double weight = nodes.volume()[p] * Math.exp(logDensity[p] - highest);
      values[nodes.first()[p]] += weight;
      total += weight;
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    double sd = coordinates.sd(parameter) * root[0][0];
    double mean = coordinates.physical(around.mean())[parameter];
    double logTotal = highest + Math.log(total) + nodes.logUnit();
    if (cut == null) {
      double end = reach * sd;
      return new MarginalIntegral(
          new GridDensity(mean - end, 2 * end / (values.length - 1), values), logTotal);
    }
    double[] ends = cut.firstEnds();
    double width = (ends[1] - ends[0]) * sd / CUT_CELLS;
    return new MarginalIntegral(new CutDensity(mean + ends[0] * sd, width, values), logTotal);
  }

  private static double[] ordered(double[] values, int[] order) {
    return Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * The density of two parameters at the nodes of {@link JointDensity}, with the others integrated
   * out; zero outside of the ellipsoid. Null where there is no probability.
   */
  @Nullable JointDensity joint(
      PolynomialDensity density, int first, int second, Integral integral) {
    int k = coordinates.size();
    Moments moments = integral.moments();
    int[] order = pairFirst(k, first, second);
    double[][] permuted = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        permuted[i][j] = moments.covariance()[order[i]][order[j]];
      }
    }
    double[][] root = PositiveMatrix.root(permuted);
    if (root == null) {
      return null;
    }
    int side = JointDensity.POINTS;
    int depth = k == 2 ? 1 : side; // nodes along the third direction
    double[][] z = new double[k][side * side * depth];
    boolean[] inside = new boolean[z[0].length];
    double[] u = new double[k];
    for (int p = 0; p < inside.length; p++) {
      u[0] = JointDensity.step(p / depth / side);
      u[1] = JointDensity.step(p / depth % side);
      double square = u[0] * u[0] + u[1] * u[1];
      if (k > 2) {
        u[2] = JointDensity.step(p % depth);
        square += u[2] * u[2];
      }
      inside[p] = square <= reach * reach;
      for (int i = 0; i < k; i++) {
        double value = moments.mean()[order[i]];
        for (int j = 0; j <= i; j++) {
          value += root[i][j] * u[j];
        }
        z[order[i]][p] = value;
      }
    }
    double[] logDensity = density.at(z);
    for (int p = 0; p < inside.length; p++) {
      logDensity[p] = inside[p] ? logDensity[p] : Double.NEGATIVE_INFINITY;
    }
    double highest = highest(logDensity);
    double[] sums = new double[side * side];
    for (int p = 0; p < inside.length; p++) {
      sums[p / depth] += Math.exp(logDensity[p] - highest);
    }
    double top = highest(sums);
    if (!(top > 0) || !Double.isFinite(highest)) {
      return null;
    }
    for (int p = 0; p < sums.length; p++) {
      sums[p] = Math.max(JointDensity.LOWEST, Math.log(sums[p] / top));
    }
    return new JointDensity(first, second, sums);
  }

  /** The indices of all parameters, those of a pair at the front. */
  private static int[] pairFirst(int count, int first, int second) {
    int[] order = new int[count];
    order[0] = first;
    order[1] = second;
    int next = 2;
    for (int i = 0; i < count; i++) {
      if (i != first && i != second) {
        order[next++] = i;
      }
    }
    return order;
  }

  private static double highest(double[] values) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }
}
