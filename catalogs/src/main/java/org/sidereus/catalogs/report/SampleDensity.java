package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.figure.DensityContours;
import org.sidereus.engine.figure.PairCoordinates;
import org.sidereus.engine.inference.KeptSamples;

/**
 * The density of two parameters by weighted samples, in the coordinates of their covariance: a
 * normal kernel of the width n^(-1/6) for n effective samples (Scott 1992, Multivariate Density
 * Estimation, section 6.3), with the samples drawn to the mean so that the covariance stays (West
 * 1993, JRSS B 55, 409). At a bound of a prior the samples are mirrored, so that what the kernel
 * takes out of the bounds comes back (Silverman 1986, Density Estimation, section 2.10).
 */
final class SampleDensity {
  /** With fewer effective samples, a contour would be a few samples' shape. */
  static final double FEWEST_EFFECTIVE_SAMPLES = 50;

  private static final int NODES = 33;
  private static final double REACH = 4;
  private static final double LOWEST = 1e-26;

  /** Kernels whose centre is nearer to a bound than so many widths are mirrored there. */
  private static final double MIRRORED = 4;

  private SampleDensity() {}

  /** Kish's effective number of samples. */
  static double effectiveSamples(KeptSamples samples) {
    double squares = 0;
    for (float weight : samples.weights()) {
      squares += (double) weight * weight;
    }
    return 1 / squares;
  }

  /** A sample in the coordinates of the covariance, or its image behind a bound. */
  private record Kernel(double t, double u, double weight) {}

  /** The contours of two parameters within their bounds, and the coordinates in which they are. */
  static PairContours contours(KeptSamples samples, int first, int second, Bounds bounds) {
    int n = samples.count();
    double[] mean = new double[2];
    for (int s = 0; s < n; s++) {
      mean[0] += samples.weights()[s] * samples.theta(s, first);
      mean[1] += samples.weights()[s] * samples.theta(s, second);
    }
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int s = 0; s < n; s++) {
      double a = samples.theta(s, first) - mean[0];
      double b = samples.theta(s, second) - mean[1];
      aa += samples.weights()[s] * a * a;
      bb += samples.weights()[s] * b * b;
      ab += samples.weights()[s] * a * b;
    }
    PairCoordinates coordinates =
        new PairCoordinates(
            mean, new double[] {Math.sqrt(aa), Math.sqrt(bb)}, ab / Math.sqrt(aa * bb));
    double width = Math.pow(effectiveSamples(samples), -1.0 / 6);
    double drawn = Math.sqrt(1 - width * width);
    List<Kernel> kernels = new ArrayList<>(n);
    for (int s = 0; s < n; s++) {
      double[] at = coordinates.inverse(samples.theta(s, first), samples.theta(s, second));
      kernels.add(new Kernel(drawn * at[0], drawn * at[1], samples.weights()[s]));
    }
    for (int axis = 0; axis < 2; axis++) {
      double far = MIRRORED * width * coordinates.sd()[axis];
      kernels.addAll(images(kernels, coordinates, axis, bounds.lower()[axis], far));
      kernels.addAll(images(kernels, coordinates, axis, bounds.upper()[axis], far));
    }
    double[] logDensity = new double[NODES * NODES];
    for (int i = 0; i < NODES; i++) {
      for (int j = 0; j < NODES; j++) {
        double sum = 0;
        for (Kernel one : kernels) {
          double a = (node(i) - one.t()) / width;
          double b = (node(j) - one.u()) / width;
          sum += one.weight() * Math.exp(-0.5 * (a * a + b * b));
        }
        logDensity[i * NODES + j] = Math.log(Math.max(LOWEST, sum));
      }
    }
    return new PairContours(coordinates, new DensityContours(logDensity, REACH), bounds);
  }

  /** The images of the kernels that are near a bound of one parameter, behind it. */
  private static List<Kernel> images(
      List<Kernel> kernels, PairCoordinates coordinates, int axis, double bound, double far) {
    List<Kernel> images = new ArrayList<>();
    for (Kernel one : kernels) {
      double[] point = coordinates.point(one.t(), one.u());
      if (Math.abs(point[axis] - bound) < far) {
        point[axis] = 2 * bound - point[axis];
        double[] at = coordinates.inverse(point[0], point[1]);
        images.add(new Kernel(at[0], at[1], one.weight()));
      }
    }
    return images;
  }

  private static double node(int i) {
    return REACH * (2.0 * i / (NODES - 1) - 1);
  }

  /** The shares of the samples between edges, over the width of the bins. */
  static double[] histogram(KeptSamples samples, int parameter, double[] edges) {
    double[] heights = new double[edges.length - 1];
    double step = edges[1] - edges[0];
    for (int s = 0; s < samples.count(); s++) {
      int bin = (int) Math.floor((samples.theta(s, parameter) - edges[0]) / step);
      if (bin >= 0 && bin < heights.length) {
        heights[bin] += samples.weights()[s] / step;
      }
    }
    return heights;
  }

  /** The values of a parameter. */
  static double[] values(KeptSamples samples, int parameter) {
    double[] values = new double[samples.count()];
    for (int s = 0; s < values.length; s++) {
      values[s] = samples.theta(s, parameter);
    }
    return values;
  }

  /** Whether contours say something. */
  static boolean isDrawable(KeptSamples samples, List<double[]> ranges) {
    return effectiveSamples(samples) >= FEWEST_EFFECTIVE_SAMPLES
        && ranges.stream().allMatch(range -> range[1] > range[0]);
  }
}
