package org.sidereus.trainer.validation;

import java.util.random.RandomGenerator;

/**
 * Markov chains of an ensemble of walkers that is invariant under affine maps: the stretch move of
 * Goodman and Weare (2010), with the two halves of the ensemble moved in turn, so that the
 * densities of half an ensemble are evaluated together (Foreman-Mackey et al. 2013).
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
    int d = walkers[0].length;
    double[][] proposals = new double[half][d];
    double[] logScale = new double[half];
    for (int w = 0; w < half; w++) {
      double[] other = walkers[others + random.nextInt(half)];
      // density of the scale z proportional to 1 / sqrt(z): Goodman and Weare, equation 10
      double root = 1 / Math.sqrt(A) + random.nextDouble() * (Math.sqrt(A) - 1 / Math.sqrt(A));
      double z = root * root;
      logScale[w] = Math.log(z);
      for (int i = 0; i < d; i++) {
        proposals[w][i] = other[i] + z * (walkers[first + w][i] - other[i]);
      }
    }
    double[] proposed = density.at(proposals);
    for (int w = 0; w < half; w++) {
      double logRatio = (d - 1) * logScale[w] + proposed[w] - logDensities[first + w];
      if (Math.log(1 - random.nextDouble()) < logRatio) {
        walkers[first + w] = proposals[w];
        logDensities[first + w] = proposed[w];
      }
    }
  }
}
