package org.sidereus.validation;

import java.util.random.RandomGenerator;

/**
 * Markov chains of an ensemble of walkers by differential evolution (ter Braak 2006, Nelson et al.
 * 2014): a walker is moved by a multiple of the difference of two walkers of the other half, so the
 * moves are invariant under affine maps. The halves are moved in turn, so that the densities of
 * half an ensemble are evaluated together (Foreman-Mackey et al. 2013). The density is prior times
 * a power of the likelihood.
 */
final class EnsembleSampler {
  /** What is sampled. */
  interface Target {
    /** A draw of the prior [D]. */
    double[] draw(RandomGenerator random);

    /** Logarithm of the prior up to a constant, negative infinity outside of its support. */
    double logPrior(double[] point);

    /**
     * Logarithms of the likelihood, up to a constant.
     *
     * @param points [N][D]
     * @return [N], negative infinity where there is none
     */
    double[] logLikelihoods(double[][] points);
  }

  /** Share of the differences that are taken whole, to jump from one mode to another. */
  private static final double JUMPS = 0.05;

  /**
   * Multiples of 2.38 / sqrt(2 D), which is the best one for a normal distribution. The smaller
   * ones are accepted where a distribution is thin and bent.
   */
  private static final double[] SCALES = {1, 0.5, 0.25, 0.1};

  /** Relative spread of the multiples. */
  private static final double SPREAD = 0.1;

  private final Target target;
  private final double power;
  private final RandomGenerator random;
  private final double[][] walkers;
  private final double[] logPriors;
  private final double[] logLikelihoods;
  private long accepted;

  /**
   * An ensemble.
   *
   * @param power of the likelihood
   * @param start positions of the walkers [W][D]; W even and at least 2 D
   * @param logLikelihoods of the positions [W]
   */
  EnsembleSampler(
      Target target,
      double power,
      double[][] start,
      double[] logLikelihoods,
      RandomGenerator random) {
    if (start.length % 2 != 0 || start.length < 2 * start[0].length) {
      throw new IllegalArgumentException(
          "the number of walkers must be even and at least "
              + 2 * start[0].length
              + " but is "
              + start.length);
    }
    this.target = target;
    this.power = power;
    this.random = random;
    this.logLikelihoods = logLikelihoods.clone();
    walkers = start.clone();
    logPriors = new double[start.length];
    for (int w = 0; w < start.length; w++) {
      logPriors[w] = target.logPrior(start[w]);
    }
  }

  /** Moves every walker. */
  void step() {
    int half = walkers.length / 2;
    move(0, half);
    move(half, 0);
  }

  /** Positions of the walkers [W][D]; not changed by a later step. */
  double[][] positions() {
    return walkers.clone();
  }

  /** Logarithms of the likelihood at the positions [W]. */
  double[] logLikelihoods() {
    return logLikelihoods.clone();
  }

  /** Moves that were accepted until now, for each walker on average. */
  double accepted() {
    return (double) accepted / walkers.length;
  }

  private void move(int first, int others) {
    int half = walkers.length / 2;
    double[][] proposals = new double[half][];
    for (int w = 0; w < half; w++) {
      proposals[w] = shifted(walkers[first + w], others);
    }
    double[] proposed = target.logLikelihoods(proposals);
    for (int w = 0; w < half; w++) {
      int i = first + w;
      double logPrior = target.logPrior(proposals[w]);
      double logRatio = logPrior - logPriors[i] + power * (proposed[w] - logLikelihoods[i]);
      if (Math.log(1 - random.nextDouble()) < logRatio) {
        walkers[i] = proposals[w];
        logPriors[i] = logPrior;
        logLikelihoods[i] = proposed[w];
        accepted++;
      }
    }
  }

  /** A walker that is moved by a multiple of a difference of the other half: symmetric. */
  private double[] shifted(double[] from, int others) {
    int half = walkers.length / 2;
    int a = random.nextInt(half);
    int b = (a + 1 + random.nextInt(half - 1)) % half;
    double scale = SCALES[random.nextInt(SCALES.length)] * (1 + SPREAD * random.nextGaussian());
    double gamma = random.nextDouble() < JUMPS ? 1 : scale * 2.38 / Math.sqrt(2.0 * from.length);
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] + gamma * (walkers[others + a][i] - walkers[others + b][i]);
    }
    return to;
  }
}
