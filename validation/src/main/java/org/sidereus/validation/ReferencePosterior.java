package org.sidereus.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.networks.ParameterScaling;

/**
 * The posterior of one object by long chains: prior times likelihood, the model evaluated by an
 * emulator. Nothing in it knows the flow. Walkers move in coordinates in which a uniform prior is a
 * normal one: at the borders of a box most of their steps would be refused. Several ensembles start
 * at different draws of the prior and know nothing of each other, so that their differences say
 * whether they have forgotten where they started.
 */
final class ReferencePosterior {
  /**
   * The emulator: parameters [N * D] and the covariates of the object [C] to observables [N * M].
   */
  @FunctionalInterface
  interface Prediction {
    float[] at(float[] theta, float[] covariates);
  }

  private static final int LEAST_WALKERS = 64;

  /** Draws of the prior of which an ensemble starts at the likeliest. */
  private static final int PRIOR_DRAWS = 32_768;

  /** Ensembles that start apart. */
  static final int ENSEMBLES = 4;

  /** Steps of each ensemble before the first look; then the chains grow by halves. */
  private static final int FIRST_ROUND = 600;

  /** A chain is thinned to about so many steps before its autocorrelation is taken. */
  private static final int THINNED = 1_500;

  /** Chains of so many autocorrelation times are long enough (Foreman-Mackey et al. 2013). */
  static final double ENOUGH_TIMES = 50;

  private final List<Parameter> parameters;
  private final List<ParameterScaling> coordinates;
  private final Prediction prediction;
  private final int longest;

  /**
   * Reference posteriors.
   *
   * @param longest most steps of all ensembles of an object together
   */
  ReferencePosterior(List<Parameter> parameters, Prediction prediction, int longest) {
    this.parameters = parameters;
    this.coordinates = parameters.stream().map(p -> coordinate(p.prior())).toList();
    this.prediction = prediction;
    this.longest = longest;
  }

  /**
   * The positions of the walkers after the burn-in.
   *
   * @param ensembles positions of each ensemble: [steps] of [W][D]
   * @param autocorrelationTime the longest of the parameters, in steps
   * @param mixing the largest split R-hat of the parameters; 1: the ensembles agree
   */
  record Chain(List<List<double[][]>> ensembles, double autocorrelationTime, double mixing) {
    /** All values of one parameter. */
    double[] values(int d) {
      return ensembles.stream()
          .flatMap(List::stream)
          .flatMapToDouble(step -> Arrays.stream(step).mapToDouble(walker -> walker[d]))
          .toArray();
    }

    /** Steps of all ensembles together. */
    int steps() {
      return ensembles.stream().mapToInt(List::size).sum();
    }

    /** Length of the chains together in autocorrelation times. */
    double times() {
      return steps() / autocorrelationTime;
    }
  }

  /**
   * Runs the chains of one object until they agree and are long enough, or have their most steps.
   */
  Chain run(Observed observed, RandomGenerator random) {
    EnsembleSampler.LogDensity density = points -> logDensity(observed, points);
    List<EnsembleSampler> samplers = new ArrayList<>();
    List<List<double[][]>> all = new ArrayList<>();
    for (int e = 0; e < ENSEMBLES; e++) {
      samplers.add(new EnsembleSampler(density, start(density, random), random));
      all.add(new ArrayList<>());
    }
    int most = Math.max(2, longest / ENSEMBLES);
    int round = Math.min(most, FIRST_ROUND);
    while (true) {
      for (int e = 0; e < ENSEMBLES; e++) {
        while (all.get(e).size() < round) {
          all.get(e).add(physical(samplers.get(e).step()));
        }
      }
      // a third of the chains is given up: walkers start in the tails
      List<List<double[][]>> kept =
          all.stream()
              .map(steps -> List.copyOf(steps.subList(steps.size() / 3, steps.size())))
              .toList();
      Chain chain = measured(kept);
      if (round >= most || (chain.mixing() < SplitMixing.ENOUGH && chain.times() >= ENOUGH_TIMES)) {
        return chain;
      }
      round = Math.min(most, round + round / 2);
    }
  }

  private Chain measured(List<List<double[][]>> kept) {
    // the time is not shorter than the chains are thinned
    int stride = Math.max(1, kept.get(0).size() / THINNED);
    List<List<double[][]>> thinned = kept.stream().map(steps -> everyOther(steps, stride)).toList();
    double time = 1;
    double mixing = 1;
    for (int d = 0; d < parameters.size(); d++) {
      double sum = 0;
      for (List<double[][]> steps : thinned) {
        sum += AutocorrelationTime.of(steps, d);
      }
      time = Math.max(time, sum / thinned.size());
      mixing = Math.max(mixing, SplitMixing.of(thinned, d));
    }
    return new Chain(kept, stride * time, mixing);
  }

  private static List<double[][]> everyOther(List<double[][]> steps, int stride) {
    List<double[][]> some = new ArrayList<>();
    for (int i = 0; i < steps.size(); i += stride) {
      some.add(steps.get(i));
    }
    return some;
  }

  private static ParameterScaling coordinate(Prior prior) {
    if (prior instanceof LogUniform) {
      return new ParameterScaling.LogProbit(prior.lower(), prior.upper(), 0, 1);
    }
    return prior instanceof Uniform
        ? new ParameterScaling.Probit(prior.lower(), prior.upper(), 0, 1)
        : new ParameterScaling.Affine(prior.mean(), prior.sd());
  }

  private double[][] physical(double[][] points) {
    double[][] theta = new double[points.length][parameters.size()];
    for (int i = 0; i < points.length; i++) {
      for (int d = 0; d < parameters.size(); d++) {
        theta[i][d] = coordinates.get(d).physical(points[i][d]);
      }
    }
    return theta;
  }

  /** Draws of the prior by their likelihood, without replacement (Gumbel's trick). */
  private double[][] start(EnsembleSampler.LogDensity density, RandomGenerator random) {
    int walkers = Math.max(LEAST_WALKERS, 4 * parameters.size());
    double[][] draws = new double[PRIOR_DRAWS][parameters.size()];
    for (int i = 0; i < PRIOR_DRAWS; i++) {
      for (int d = 0; d < parameters.size(); d++) {
        double theta = parameters.get(d).prior().sample(random);
        draws[i][d] = coordinates.get(d).standardised(theta);
      }
    }
    double[] keys = density.at(draws);
    Integer[] order = new Integer[PRIOR_DRAWS];
    for (int i = 0; i < PRIOR_DRAWS; i++) {
      double logPrior = logPrior(draws[i]);
      keys[i] += -logPrior - Math.log(-Math.log(1 - random.nextDouble()));
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -keys[i]));
    double[][] start = new double[walkers][];
    for (int w = 0; w < walkers; w++) {
      start[w] = draws[order[w]];
    }
    return start;
  }

  private double[] logDensity(Observed observed, double[][] points) {
    int d = parameters.size();
    double[][] physical = physical(points);
    float[] theta = new float[points.length * d];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) physical[i / d][i % d];
    }
    float[] y = prediction.at(theta, observed.covariates());
    int m = y.length / points.length;
    double[] result = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      double logPrior = logPrior(points[i]);
      double value = logPrior - 0.5 * observed.chiSquare(y, i * m, theta, i * d);
      result[i] =
          logPrior == Double.NEGATIVE_INFINITY || Double.isNaN(value)
              ? Double.NEGATIVE_INFINITY
              : value;
    }
    return result;
  }

  /** In the coordinates of the walkers. */
  private double logPrior(double[] point) {
    double sum = 0;
    for (int d = 0; d < point.length; d++) {
      Prior prior = parameters.get(d).prior();
      sum +=
          prior instanceof Uniform || prior instanceof LogUniform
              ? -0.5 * point[d] * point[d]
              : prior.logDensity(coordinates.get(d).physical(point[d]));
    }
    return sum;
  }
}
