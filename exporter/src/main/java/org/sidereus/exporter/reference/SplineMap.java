package org.sidereus.exporter.reference;

import org.sidereus.networks.TransformSpec;

/**
 * The monotone rational-quadratic spline of Durkan et al. 2019: equation 4 for the value, 5 for the
 * derivative, 6 to 8 and 29 for the inverse; the identity outside [-tail_bound, tail_bound].
 */
final class SplineMap implements ScalarMap {
  private final double tailBound;
  private final double[] x;
  private final double[] y;
  private final double[] derivative;

  /**
   * The spline of one dimension.
   *
   * @param raw the P outputs of the masked network for it, with their soft bounds
   */
  SplineMap(TransformSpec.Spline spec, double[] raw) {
    int bins = spec.bins();
    this.tailBound = spec.tailBound();
    this.x = knots(raw, 0, bins, tailBound, spec.minBinWidth());
    this.y = knots(raw, bins, bins, tailBound, spec.minBinHeight());
    this.derivative = new double[bins + 1];
    derivative[0] = 1;
    derivative[bins] = 1;
    for (int j = 1; j < bins; j++) {
      derivative[j] = derivative(spec, raw[2 * bins + j - 1]);
    }
  }

  private static double derivative(TransformSpec.Spline spec, double raw) {
    return spec instanceof TransformSpec.RationalQuadraticSpline unbounded
        ? unbounded.minDerivative() + softplus(raw)
        : Math.exp(raw);
  }

  private static double[] knots(double[] raw, int from, int bins, double bound, double minSize) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < bins; j++) {
      max = Math.max(max, raw[from + j]);
    }
    double sum = 0;
    for (int j = 0; j < bins; j++) {
      sum += Math.exp(raw[from + j] - max);
    }
    double[] knots = new double[bins + 1];
    knots[0] = -bound;
    for (int j = 0; j < bins; j++) {
      double fraction = minSize + (1 - minSize * bins) * Math.exp(raw[from + j] - max) / sum;
      knots[j + 1] = knots[j] + 2 * bound * fraction;
    }
    knots[bins] = bound;
    return knots;
  }

  private static double softplus(double raw) {
    return Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw)));
  }

  @Override
  public Image forward(double z) {
    if (Math.abs(z) >= tailBound) {
      return new Image(z, 0);
    }
    int k = bin(x, z);
    double xi = (z - x[k]) / (x[k + 1] - x[k]);
    double height = y[k + 1] - y[k];
    double slope = height / (x[k + 1] - x[k]);
    double rise = slope * xi * xi + derivative[k] * xi * (1 - xi);
    double value = y[k] + height * rise / denominator(k, slope, xi);
    return new Image(value, logDerivative(k, slope, xi));
  }

  @Override
  public Image inverse(double z) {
    if (Math.abs(z) >= tailBound) {
      return new Image(z, 0);
    }
    int k = bin(y, z);
    double height = y[k + 1] - y[k];
    double slope = height / (x[k + 1] - x[k]);
    double curvature = derivative[k + 1] + derivative[k] - 2 * slope;
    double above = z - y[k];
    double a = height * (slope - derivative[k]) + above * curvature;
    double b = height * derivative[k] - above * curvature;
    double c = -slope * above;
    double xi = 2 * c / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
    return new Image(x[k] + xi * (x[k + 1] - x[k]), logDerivative(k, slope, xi));
  }

  private double denominator(int k, double slope, double xi) {
    return slope + (derivative[k + 1] + derivative[k] - 2 * slope) * xi * (1 - xi);
  }

  private double logDerivative(int k, double slope, double xi) {
    double numerator =
        derivative[k + 1] * xi * xi
            + 2 * slope * xi * (1 - xi)
            + derivative[k] * (1 - xi) * (1 - xi);
    return Math.log(slope * slope * numerator) - 2 * Math.log(denominator(k, slope, xi));
  }

  private static int bin(double[] knots, double value) {
    int k = 0;
    while (k < knots.length - 2 && value >= knots[k + 1]) {
      k++;
    }
    return k;
  }
}
