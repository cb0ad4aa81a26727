package org.sidereus.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Parameter;

/**
 * The posterior of one object by chains: prior times likelihood, the model evaluated by an
 * emulator. Nothing in it knows the flow. Walkers move in coordinates in which a uniform prior is a
 * normal one: at the borders of a box most of their steps would be refused. Several ensembles start
 * at different draws of the prior and know nothing of each other, so that their differences say how
 * far each of them is from the posterior.
 */
final class ReferencePosterior {
  /**
   * The emulator: parameters [N * D] and the covariates of the object [C] to observables [N * M].
   */
  @FunctionalInterface
  interface Prediction {
    float[] at(float[] theta, float[] covariates);
  }

  /** Ensembles that start apart. */
  static final int ENSEMBLES = 4;

  /** Walkers that start together. */
  private static final int WALKERS = 2_048;

  /** The same where fewer are allowed: ensembles of fewer never agree. */
  private static final int LEAST_WALKERS = 512;

  /** Steps of each ensemble that count; so many times as many are made between two of them. */
  private static final int STEPS = 4;

  private static final int BETWEEN = 5;

  /** Points that the emulator gets together. */
  private static final int PIECE = 1_024;

  private final ChainCoordinates coordinates;
  private final Prediction prediction;
  private final int mostWalkers;

  /**
   * Reference posteriors.
   *
   * @param mostWalkers about the most that an object gets, of all ensembles together
   */
  ReferencePosterior(List<Parameter> parameters, Prediction prediction, int mostWalkers) {
    this.coordinates = new ChainCoordinates(parameters);
    this.prediction = prediction;
    this.mostWalkers = mostWalkers;
  }

  /**
   * The positions of the walkers.
   *
   * @param ensembles positions of each ensemble: [steps] of [W][D]
   * @param mixing the largest split R-hat of the parameters; 1: the ensembles agree
   */
  record Chain(List<List<double[][]>> ensembles, double mixing) {
    /** All values of one parameter, of each ensemble. */
    double[][] values(int d) {
      return ensembles.stream()
          .map(
              steps ->
                  steps.stream()
                      .flatMapToDouble(step -> Arrays.stream(step).mapToDouble(walker -> walker[d]))
                      .toArray())
          .toArray(double[][]::new);
    }

    /** Walkers of all ensembles. */
    int walkers() {
      return ensembles.stream().mapToInt(steps -> steps.get(0).length).sum();
    }
  }

  /**
   * Runs the ensembles of one object. Where they do not agree, each gets more walkers that start
   * apart, as long as there may be more.
   */
  Chain run(Observed observed, RandomGenerator random) {
    EnsembleSampler.Target target = new Posterior(observed);
    int left = mostWalkers / ENSEMBLES;
    int walkers = Math.max(LEAST_WALKERS, Math.min(WALKERS, left / 2 * 2));
    TemperedStart start =
        new TemperedStart(target, Math.max(walkers, 4 * coordinates.dimensions()), random);
    List<List<double[][]>> ensembles = new ArrayList<>();
    while (true) {
      for (int e = 0; e < ENSEMBLES; e++) {
        List<double[][]> steps = steps(start.run());
        if (ensembles.size() < ENSEMBLES) {
          ensembles.add(steps);
        } else {
          ensembles.set(e, together(ensembles.get(e), steps));
        }
      }
      double mixing = 1;
      for (int d = 0; d < coordinates.dimensions(); d++) {
        mixing = Math.max(mixing, SplitMixing.of(ensembles, d));
      }
      left -= walkers;
      if (mixing < SplitMixing.ENOUGH || walkers > left) {
        return new Chain(ensembles, mixing);
      }
    }
  }

  /** Ensembles of as many steps as one. */
  private static List<double[][]> together(List<double[][]> one, List<double[][]> other) {
    return IntStream.range(0, one.size())
        .mapToObj(
            t ->
                Stream.concat(Arrays.stream(one.get(t)), Arrays.stream(other.get(t)))
                    .toArray(double[][]::new))
        .toList();
  }

  private List<double[][]> steps(EnsembleSampler sampler) {
    List<double[][]> steps = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      for (int i = 0; i < BETWEEN; i++) {
        sampler.step();
      }
      steps.add(physical(sampler.positions()));
    }
    return steps;
  }

  private double[][] physical(double[][] points) {
    return Arrays.stream(points).map(coordinates::physical).toArray(double[][]::new);
  }

  /** Prior and likelihood of one object in the coordinates of the walkers. */
  private final class Posterior implements EnsembleSampler.Target {
    private final Observed observed;

    Posterior(Observed observed) {
      this.observed = observed;
    }

    @Override
    public double[] draw(RandomGenerator random) {
      return coordinates.draw(random);
    }

    @Override
    public double logPrior(double[] point) {
      return coordinates.logPrior(point);
    }

    @Override
    public double[] logLikelihoods(double[][] points) {
      double[] logs = new double[points.length];
      for (int from = 0; from < points.length; from += PIECE) {
        int to = Math.min(points.length, from + PIECE);
        logLikelihoods(Arrays.copyOfRange(points, from, to), logs, from);
      }
      return logs;
    }

    private void logLikelihoods(double[][] points, double[] logs, int at) {
      int d = coordinates.dimensions();
      double[][] physical = physical(points);
      float[] theta = new float[points.length * d];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = (float) physical[i / d][i % d];
      }
      float[] y = prediction.at(theta, observed.covariates());
      int m = y.length / points.length;
      for (int i = 0; i < points.length; i++) {
        double value = -0.5 * observed.chiSquare(y, i * m, theta, i * d);
        logs[at + i] = Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
      }
    }
  }
}
