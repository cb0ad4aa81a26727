package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.JointDensity;
import org.sidereus.engine.figure.DensityContours;

/**
 * The contours of 1, 2 and 3 sigma of two parameters.
 *
 * @param coordinates in which the contours are
 * @param contours of the density there
 */
record PairContours(Coordinates coordinates, DensityContours contours) {
  private static final double LARGEST_CORRELATION = 0.999999;

  /**
   * Coordinates along the principal directions of a covariance.
   *
   * @param mean [2]
   * @param sd [2]
   * @param correlation between them
   */
  record Coordinates(double[] mean, double[] sd, double correlation) {
    Coordinates {
      correlation = Math.max(-LARGEST_CORRELATION, Math.min(LARGEST_CORRELATION, correlation));
    }

    double[] point(double t, double u) {
      double across = Math.sqrt(1 - correlation * correlation);
      return new double[] {mean[0] + sd[0] * t, mean[1] + sd[1] * (correlation * t + across * u)};
    }

    double[] inverse(double first, double second) {
      double t = (first - mean[0]) / sd[0];
      double across = Math.sqrt(1 - correlation * correlation);
      return new double[] {t, ((second - mean[1]) / sd[1] - correlation * t) / across};
    }
  }

  /** The contours of two shared parameters of a group, by the density that is known of them. */
  static PairContours of(FactorizedPosterior posterior, int first, int second) {
    Coordinates coordinates =
        new Coordinates(
            new double[] {posterior.mean()[first], posterior.mean()[second]},
            new double[] {posterior.sd(first), posterior.sd(second)},
            posterior.correlation(first, second));
    double[] logDensity =
        posterior.joints().stream()
            .filter(joint -> joint.first() == first && joint.second() == second)
            .map(JointDensity::logDensity)
            .findFirst()
            .orElseGet(PairContours::normal);
    return new PairContours(coordinates, new DensityContours(logDensity, JointDensity.REACH));
  }

  private static double[] normal() {
    double[] values = new double[JointDensity.POINTS * JointDensity.POINTS];
    for (int i = 0; i < values.length; i++) {
      double t = step(i / JointDensity.POINTS);
      double u = step(i % JointDensity.POINTS);
      values[i] = -0.5 * (t * t + u * u);
    }
    return values;
  }

  private static double step(int node) {
    return JointDensity.REACH * (2.0 * node / (JointDensity.POINTS - 1) - 1);
  }

  /** The lines around a share of the probability, in the units of the parameters. */
  List<List<double[]>> lines(double share) {
    List<List<double[]>> lines = new ArrayList<>();
    for (List<double[]> line : contours.lines(contours.level(share))) {
      lines.add(line.stream().map(at -> coordinates.point(at[0], at[1])).toList());
    }
    return lines;
  }
}
