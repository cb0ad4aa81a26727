package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.JointDensity;
import org.sidereus.engine.figure.DensityContours;
import org.sidereus.engine.figure.PairCoordinates;

/**
 * The contours of 1, 2 and 3 sigma of two parameters.
 *
 * @param coordinates in which the contours are
 * @param contours of the density there
 * @param bounds of the parameters, at which the regions end
 */
record PairContours(PairCoordinates coordinates, DensityContours contours, Bounds bounds) {
  /** The contours of two shared parameters of a group, by the density that is known of them. */
  static PairContours of(FactorizedPosterior posterior, int first, int second) {
    PairCoordinates coordinates =
        new PairCoordinates(
            new double[] {posterior.mean()[first], posterior.mean()[second]},
            new double[] {posterior.sd(first), posterior.sd(second)},
            posterior.correlation(first, second));
    double[] logDensity =
        posterior.joints().stream()
            .filter(joint -> joint.first() == first && joint.second() == second)
            .map(JointDensity::logDensity)
            .findFirst()
            .orElseGet(PairContours::normal);
    return new PairContours(
        coordinates, new DensityContours(logDensity, JointDensity.REACH), Bounds.NONE);
  }

  private static double[] normal() {
    double[] values = new double[JointDensity.POINTS * JointDensity.POINTS];
    for (int i = 0; i < values.length; i++) {
      double t = JointDensity.step(i / JointDensity.POINTS);
      double u = JointDensity.step(i % JointDensity.POINTS);
      values[i] = -0.5 * (t * t + u * u);
    }
    return values;
  }

  /** The lines around the regions of 1, 2 and 3 sigma, in the units of the parameters. */
  List<List<double[]>> lines() {
    List<List<double[]>> lines = new ArrayList<>();
    for (double share : DensityContours.SHARES) {
      double level = contours.level(share, (t, u) -> bounds.hold(coordinates.point(t, u)));
      for (List<double[]> line : contours.lines(level)) {
        List<double[]> points =
            bounds.within(line.stream().map(at -> coordinates.point(at[0], at[1])).toList());
        if (!points.isEmpty()) {
          lines.add(points);
        }
      }
    }
    return lines;
  }
}
