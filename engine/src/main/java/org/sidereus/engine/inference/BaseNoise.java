package org.sidereus.engine.inference;

import java.util.SplittableRandom;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.random.SobolSequenceGenerator;
import org.hipparchus.special.Erf;

/**
 * The standard normal points that a flow turns into posterior samples.
 *
 * <p>An object's posterior never depends on its neighbours, so there are a few fixed sets of points
 * ({@link NoiseTensors}), and objects with the same set share its sampling error, which does not
 * average out over them. The points are therefore not random: Sobol points (Joe and Kuo 2008) with
 * a fixed digital shift, mapped by the inverse normal distribution, mirrored at the origin (so that
 * every odd moment is exactly 0), and transformed linearly so that the sample covariance is the
 * identity.
 */
final class BaseNoise {
  /** The Sobol sequence has directions for as many. */
  static final int MOST_DIMENSIONS = 1000;

  private static final long SHIFT_SEED = 0x5349444552455553L;
  private static final int SOBOL_BITS = 52;
  private static final double CELL = 0x1p-52;
  private static final double SQRT_TWO = Math.sqrt(2);

  /** Pairs for each dimension below which whitening distorts more than it corrects. */
  private static final int FEWEST_PAIRS_PER_DIMENSION = 4;

  private BaseNoise() {}

  /**
   * The points of set 0.
   *
   * @param samples S, even
   * @param dimensions D
   * @return [S * D], sample by sample; sample s + S/2 is the mirror image of sample s
   */
  static float[] of(int samples, int dimensions) {
    return of(samples, dimensions, 0);
  }

  /**
   * The points of a set. The sets have shifts of their own, so that their errors are independent.
   *
   * @param samples S, even
   * @param dimensions D
   * @return [S * D], sample by sample; sample s + S/2 is the mirror image of sample s
   */
  static float[] of(int samples, int dimensions, int set) {
    double[][] half = normalPoints(samples / 2, dimensions, set);
    if (half.length >= FEWEST_PAIRS_PER_DIMENSION * dimensions) {
      whiten(half);
    }
    float[] noise = new float[samples * dimensions];
    for (int s = 0; s < half.length; s++) {
      for (int d = 0; d < dimensions; d++) {
        float z = (float) half[s][d];
        noise[s * dimensions + d] = z;
        noise[(s + half.length) * dimensions + d] = -z;
      }
    }
    return noise;
  }

  private static double[][] normalPoints(int count, int dimensions, int set) {
    double[][] points =
        shifted(new SobolSequenceGenerator(dimensions), count, dimensions, SHIFT_SEED + set);
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
