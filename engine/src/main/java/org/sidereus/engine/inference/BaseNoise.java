package org.sidereus.engine.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.random.SobolSequenceGenerator;
import org.hipparchus.special.Erf;

/**
 * The standard normal points that a flow turns into posterior samples.
 *
 * <p>Objects share them, so that an object's posterior never depends on its neighbours. So objects
 * also share their sampling error, which does not average out in groups. The points are therefore
 * not random: Sobol points (Joe and Kuo 2008) with a fixed digital shift, mapped by the inverse
 * normal distribution, mirrored at the origin (so that every odd moment is exactly 0), moved
 * towards {@link SupportPoints}, and transformed linearly so that the sample covariance is the
 * identity. docs/notes/performance.md compares them. For groups there are several sets, which are
 * rotated against each other: all are as good, and their errors are independent.
 */
final class BaseNoise {
  /** The Sobol sequence has directions for as many. */
  static final int MOST_DIMENSIONS = 1000;

  private static final long SHIFT_SEED = 0x5349444552455553L;
  private static final long ROTATION_SEED = 0x524f544154495b06L;
  private static final int SOBOL_BITS = 52;
  private static final double CELL = 0x1p-52;
  private static final double SQRT_TWO = Math.sqrt(2);

  /** Pairs for each dimension below which whitening distorts more than it corrects. */
  private static final int FEWEST_PAIRS_PER_DIMENSION = 4;

  private BaseNoise() {}

  /**
   * Sets of points.
   *
   * @param samples S, even
   * @param dimensions D
   * @param sets number of sets
   * @return [sets][S * D], sample by sample; sample s + S/2 is the mirror image of sample s
   */
  static float[][] of(int samples, int dimensions, int sets) {
    double[][] half = normalPoints(samples / 2, dimensions);
    boolean areMany = half.length >= FEWEST_PAIRS_PER_DIMENSION * dimensions;
    if (areMany) {
      whiten(half);
      if (dimensions > 1) {
        new SupportPoints(dimensions).move(half);
      }
    }
    float[][] noise = new float[sets][];
    for (int set = 0; set < sets; set++) {
      double[][] own = rotated(half, rotation(dimensions, set));
      if (areMany) {
        spread(own);
        whiten(own);
      }
      noise[set] = mirrored(own);
    }
    return noise;
  }

  private static float[] mirrored(double[][] half) {
    int dimensions = half[0].length;
    float[] noise = new float[2 * half.length * dimensions];
    for (int s = 0; s < half.length; s++) {
      for (int d = 0; d < dimensions; d++) {
        float z = (float) half[s][d];
        noise[s * dimensions + d] = z;
        noise[(s + half.length) * dimensions + d] = -z;
      }
    }
    return noise;
  }

  /** A random rotation [D][D]: the rows of a matrix of normal numbers, made orthogonal. */
  private static double[][] rotation(int dimensions, int set) {
    SplittableRandom random = new SplittableRandom(ROTATION_SEED + set);
    double[][] rows = new double[dimensions][dimensions];
    for (int i = 0; i < dimensions; i++) {
      for (int d = 0; d < dimensions; d++) {
        rows[i][d] = -SQRT_TWO * Erf.erfcInv(2 * (random.nextDouble() + 0.5 * CELL));
      }
      for (int j = 0; j < i; j++) {
        double share = product(rows[i], rows[j]);
        for (int d = 0; d < dimensions; d++) {
          rows[i][d] -= share * rows[j][d];
        }
      }
      double length = Math.sqrt(product(rows[i], rows[i]));
      for (int d = 0; d < dimensions; d++) {
        rows[i][d] /= length;
      }
    }
    return rows;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static double[][] rotated(double[][] points, double[][] rotation) {
    double[][] rotated = new double[points.length][rotation.length];
    for (int s = 0; s < points.length; s++) {
      for (int i = 0; i < rotation.length; i++) {
        rotated[s][i] = product(rotation[i], points[s]);
      }
    }
    return rotated;
  }

  private static double[][] normalPoints(int count, int dimensions) {
    double[][] points =
        shifted(new SobolSequenceGenerator(dimensions), count, dimensions, SHIFT_SEED);
    for (double[] point : points) {
      for (int d = 0; d < dimensions; d++) {
        point[d] = -SQRT_TWO * Erf.erfcInv(2 * point[d]);
      }
    }
    return points;
  }

  /** Uniform points [count][D] between 0 and 1 with a digital shift, both ends left out. */
  static double[][] shifted(
      SobolSequenceGenerator sobol, int count, int dimensions, long shiftSeed) {
    SplittableRandom random = new SplittableRandom(shiftSeed);
    long[] shift = random.longs(dimensions).map(l -> l >>> (Long.SIZE - SOBOL_BITS)).toArray();
    double[][] points = new double[count][];
    for (int s = 0; s < count; s++) {
      points[s] = sobol.nextVector();
      for (int d = 0; d < dimensions; d++) {
        // exclusive or of the binary digits; the middle of the cell keeps u off 0 and 1
        long digits = (long) (points[s][d] / CELL) ^ shift[d];
        points[s][d] = (digits + 0.5) * CELL;
      }
    }
    return points;
  }

  /** Gives the coordinates of each dimension the values of even shares, in the order they have. */
  private static void spread(double[][] points) {
    for (int d = 0; d < points[0].length; d++) {
      int dimension = d;
      double[][] order = points.clone();
      Arrays.sort(order, Comparator.comparingDouble(point -> Math.abs(point[dimension])));
      for (int i = 0; i < order.length; i++) {
        // with the mirror images, the i-th smallest distance has this share within
        double distance = SQRT_TWO * Erf.erfInv((i + 0.5) / order.length);
        order[i][d] = Math.copySign(distance, order[i][d]);
      }
    }
  }

  /** Replaces z by the solution w of L w = z, where L L' is the covariance of the z and -z. */
  private static void whiten(double[][] points) {
    RealMatrix z = MatrixUtils.createRealMatrix(points);
    RealMatrix covariance = z.transposeMultiply(z).scalarMultiply(1.0 / points.length);
    double[][] l = new CholeskyDecomposition(covariance).getL().getData();
    for (double[] point : points) {
      for (int i = 0; i < point.length; i++) {
        double w = point[i];
        for (int j = 0; j < i; j++) {
          w -= l[i][j] * point[j];
        }
        point[i] = w / l[i][i];
      }
    }
  }
}
