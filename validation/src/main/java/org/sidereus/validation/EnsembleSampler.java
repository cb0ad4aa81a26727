package org.sidereus.validation;

import java.util.random.RandomGenerator;

/**
 * Markov chains of an ensemble of walkers that is invariant under affine maps: the stretch move of
 * Goodman and Weare (2010) and that of differential evolution (ter Braak 2006, Nelson et al. 2014),
 * with the two halves of the ensemble moved in turn, so that the densities of half an ensemble are
 * evaluated together (Foreman-Mackey et al. 2013). With stretch moves only, one independent point
 * needs a thousand steps in eleven dimensions.
 */
final class EnsembleSampler {
  /** Logarithms of a density, up to a constant, at many points. */
  @FunctionalInterface
  interface LogDensity {
    /**
     * Evaluates.
     *
     * @param points [N][D]
     * @return [N], negative infinity outside the support
     */
    double[] at(double[][] points);
  }

  /** Largest stretch; the scale is between 1 / a and a. */
  private static final double A = 2;

  /** Share of the stretch moves; the others are those of differential evolution. */
  private static final double STRETCHES = 0.3;

  /** Share of the differences that are taken whole, to jump from one mode to another. */
  private static final double JUMPS = 0.1;

  /** Relative spread of the multiples of all other differences. */
  private static final double SPREAD = 0.1;

  private final LogDensity density;
  private final RandomGenerator random;
  private final double[][] walkers;
  private final double[] logDensities;

  /**
   * An ensemble.
   *
   * @param start positions of the walkers [W][D]; W even and at least 2 D
   */
  EnsembleSampler(LogDensity density, double[][] start, RandomGenerator random) {
    if (start.length % 2 != 0 || start.length < 2 * start[0].length) {
      throw new IllegalArgumentException(
          "the number of walkers must be even and at least "
              + 2 * start[0].length
              + " but is "
              + start.length);
    }
    this.density = density;
    this.random = random;
    walkers = new double[start.length][];
    for (int w = 0; w < start.length; w++) {
      walkers[w] = start[w].clone();
    }
    logDensities = density.at(walkers);
  }

  /** Moves every walker and returns copies of the positions [W][D]. */
  double[][] step() {
    int half = walkers.length / 2;
    move(0, half);
    move(half, 0);
    double[][] copy = new double[walkers.length][];
    for (int w = 0; w < copy.length; w++) {
      copy[w] = walkers[w].clone();
    }
    return copy;
  }

  private void move(int first, int others) {
    int half = walkers.length / 2;
    double[][] proposals = new double[half][];
    double[] logFactor = new double[half];
    boolean stretches = random.nextDouble() < STRETCHES;
    for (int w = 0; w < half; w++) {
      if (stretches) {
        // density of the scale z proportional to 1 / sqrt(z): Goodman and Weare, equation 10
        double root = 1 / Math.sqrt(A) + random.nextDouble() * (Math.sqrt(A) - 1 / Math.sqrt(A));
        double z = root * root;
        logFactor[w] = (walkers[0].length - 1) * Math.log(z);
        proposals[w] = stretched(walkers[first + w], walkers[others + random.nextInt(half)], z);
      } else {
        proposals[w] = shifted(walkers[first + w], others);
      }
    }
    double[] proposed = density.at(proposals);
    for (int w = 0; w < half; w++) {
      double logRatio = logFactor[w] + proposed[w] - logDensities[first + w];
      if (Math.log(1 - random.nextDouble()) < logRatio) {
        walkers[first + w] = proposals[w];
        logDensities[first + w] = proposed[w];
      }
    }
  }

  private static double[] stretched(double[] from, double[] other, double z) {
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = other[i] + z * (from[i] - other[i]);
    }
    return to;
  }

  /**
   * Moves a walker by a multiple of the difference of two walkers of the other half: a symmetric
   * proposal.
   */
  private double[] shifted(double[] from, int others) {
    int half = walkers.length / 2;
    int a = random.nextInt(half);
    int b = (a + 1 + random.nextInt(half - 1)) % half;
    boolean jumps = random.nextDouble() < JUMPS;
    double gamma =
        jumps ? 1 : 2.38 / Math.sqrt(2.0 * from.length) * (1 + SPREAD * random.nextGaussian());
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] + gamma * (walkers[others + a][i] - walkers[others + b][i]);
    }
    return to;
  }
}
