package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.figure.DensityContours;
import org.sidereus.engine.figure.PairCoordinates;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.JointDensity;
import org.sidereus.schemas.SharedParameter;

/**
 * Two parameters with the lines around the regions of 1, 2 and 3 sigma.
 *
 * @param coordinates of their mean and covariance
 */
record Pair(PairCoordinates coordinates) {
  /** Points of an ellipse. */
  private static final int POINTS = 96;

  /** Two parameters of a group by a covariance [K * K]. */
  static Pair of(
      List<SharedParameter> parameters, List<Double> covariance, int i, int j, boolean robust) {
    int k = parameters.size();
    double first = Math.sqrt(covariance.get(i * k + i));
    double second = Math.sqrt(covariance.get(j * k + j));
    return new Pair(
        new PairCoordinates(
            new double[] {mean(parameters.get(i), robust), mean(parameters.get(j), robust)},
            new double[] {first, second},
            covariance.get(i * k + j) / (first * second)));
  }

  /** Whether there are regions: neither numbers that are not finite, nor a width of zero. */
  boolean hasRegions() {
    return DoubleStream.concat(
                DoubleStream.of(coordinates.mean()), DoubleStream.of(coordinates.correlation()))
            .allMatch(Double::isFinite)
        && DoubleStream.of(coordinates.sd()).allMatch(sd -> sd > 0 && Double.isFinite(sd));
  }

  private static double mean(SharedParameter one, boolean robust) {
    return robust && one.getRobustMean() != null ? one.getRobustMean() : one.getMean();
  }

  /** Two parameters by their priors, which are normal and independent. */
  static Pair ofNormalPriors(Prior first, Prior second) {
    return new Pair(
        new PairCoordinates(
            new double[] {first.mean(), second.mean()}, new double[] {first.sd(), second.sd()}, 0));
  }

  /** The published joint density of two parameters; null: only their covariance is known. */
  static @Nullable List<Float> jointDensity(GroupPosterior posterior, int i, int j) {
    String first = posterior.getParameters().get(i).getName();
    String second = posterior.getParameters().get(j).getName();
    for (JointDensity one : posterior.getJointDensities()) {
      if (one.getFirst().equals(first) && one.getSecond().equals(second)) {
        return one.getLogDensity().stream().anyMatch(value -> value.isNaN())
            ? null
            : one.getLogDensity();
      }
    }
    return null;
  }

  /** The ellipses of 1, 2 and 3 sigma of a normal distribution of two parameters. */
  ArrayNode ellipses() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (double share : DensityContours.SHARES) {
      double radius = Math.sqrt(-2 * Math.log1p(-share));
      ObjectNode node = all.addObject();
      node.put("share", share).put("open", false);
      ArrayNode points = node.putArray("lines").addArray();
      for (int p = 0; p <= POINTS; p++) {
        double angle = 2 * Math.PI * (p % POINTS) / POINTS;
        add(points, radius * Math.cos(angle), radius * Math.sin(angle));
      }
    }
    return all;
  }

  /** The contours of 1, 2 and 3 sigma of a density at the nodes of a joint density. */
  ArrayNode lines(List<Float> logDensity) {
    DensityContours contours =
        new DensityContours(
            logDensity.stream().mapToDouble(Float::doubleValue).toArray(),
            org.sidereus.engine.combination.JointDensity.REACH);
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (double share : DensityContours.SHARES) {
      ObjectNode node = all.addObject();
      double level = contours.level(share);
      node.put("share", share).put("open", contours.reachesBorder(level));
      ArrayNode lines = node.putArray("lines");
      for (List<double[]> line : contours.lines(level)) {
        ArrayNode points = lines.addArray();
        for (double[] point : line) {
          add(points, point[0], point[1]);
        }
      }
    }
    return all;
  }

  private void add(ArrayNode points, double a, double b) {
    double[] point = coordinates.point(a, b);
    points.addArray().add(point[0]).add(point[1]);
  }
}
