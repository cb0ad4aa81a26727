package org.sidereus.engine.inference;

import java.util.function.IntFunction;
import org.hipparchus.random.SobolSequenceGenerator;
import org.hipparchus.special.Erf;

/**
 * Points that reach far beyond the standard normal ones in the directions of the shared parameters:
 * there a flow places them where the object itself is improbable but its group may be. In the other
 * directions they are standard normal.
 *
 * <p>The distance from the origin is uniform in the shared directions, so that each distance has as
 * many points as any other. Sobol points with a fixed digital shift; see
 * docs/science/combination.md.
 */
final class WideNoise {
  /**
   * Of the wide points of every object, this many of 7 are between the inner radii and the others
   * between the outer ones, in standard deviations of the flow; docs/notes/exact-product.md
   * compares values.
   */
  private static final int INNER_SEVENTHS = 4;

  private static final double[] INNER_RADII = {1.2, 8};
  private static final double[] OUTER_RADII = {8, 12};

  /**
   * Number of points of an object in tension: an object for which the few wide points of {@link
   * SampleCounts} are not enough.
   */
  static final int COUNT_IN_TENSION = 2_048;

  /** Number of points of the last fit of an object in tension, as multiples of the count above. */
  static final int BLOCKS_IN_TENSION = 4;

  /** Their largest radius. */
  static final double RADIUS_IN_TENSION = 10;

  private static final double[] RADII_IN_TENSION = {0.5, RADIUS_IN_TENSION};

  private static final long SHIFT_SEED = 0x5749444552455553L;

  private static final double SQRT_TWO = Math.sqrt(2);

  private WideNoise() {}

  /**
   * The points of every object.
   *
   * @param samples S
   * @param dimensions D
   * @param shared indices of the shared parameters, 1 to 3
   * @param set which of the sets of points; each has a shift of its own
   * @return [S * D], sample by sample
   */
  static float[] of(int samples, int dimensions, int[] shared, int set) {
    int inner = samples * INNER_SEVENTHS / 7;
    return of(samples, dimensions, shared, set, s -> s < inner ? INNER_RADII : OUTER_RADII);
  }

  /**
   * The points of an object in tension, block by block [{@link #BLOCKS_IN_TENSION} * {@link
   * #COUNT_IN_TENSION} * D].
   */
  static float[] inTension(int dimensions, int[] shared, int set) {
    return of(BLOCKS_IN_TENSION * COUNT_IN_TENSION, dimensions, shared, set, s -> RADII_IN_TENSION);
  }

  private static float[] of(
      int samples, int dimensions, int[] shared, int set, IntFunction<double[]> radii) {
    double[][] uniform =
        BaseNoise.shifted(
            new SobolSequenceGenerator(dimensions), samples, dimensions, SHIFT_SEED + set);
    int[] local = NoiseLayout.of(dimensions, shared).local();
    float[] noise = new float[samples * dimensions];
    for (int s = 0; s < samples; s++) {
      double[] u = uniform[s];
      double[] place = place(u, shared.length, radii.apply(s));
      for (int k = 0; k < shared.length; k++) {
        noise[s * dimensions + shared[k]] = (float) place[k];
      }
      for (int i = 0; i < local.length; i++) {
        double quantile = -SQRT_TWO * Erf.erfcInv(2 * u[shared.length + i]);
        noise[s * dimensions + local[i]] = (float) quantile;
      }
    }
    return noise;
  }

  /** A point of uniform distance and direction from the first K uniform numbers. */
  private static double[] place(double[] u, int directions, double[] radii) {
    if (directions == 1) {
      double side = 2 * u[0] - 1;
      return new double[] {Math.signum(side) * distance(Math.abs(side), radii)};
    }
    double r = distance(u[0], radii);
    double angle = 2 * Math.PI * u[1];
    if (directions == 2) {
      return new double[] {r * Math.cos(angle), r * Math.sin(angle)};
    }
    double height = 2 * u[2] - 1;
    double width = Math.sqrt(1 - height * height);
    return new double[] {r * width * Math.cos(angle), r * width * Math.sin(angle), r * height};
  }

  private static double distance(double u, double[] radii) {
    return radii[0] + (radii[1] - radii[0]) * u;
  }
}
