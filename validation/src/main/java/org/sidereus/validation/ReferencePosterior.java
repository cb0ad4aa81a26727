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
 * The posterior of one object by a long chain: prior times likelihood, the model evaluated by an
 * emulator. Nothing in it knows the flow. Walkers move in coordinates in which a uniform prior is a
 * normal one: at the borders of a box most of their steps would be refused.
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
  private static final int PRIOR_DRAWS = 131_072;

  /** Steps before the first look at the autocorrelation; then the chain grows by halves. */
  private static final int FIRST_ROUND = 2_000;

  /** A chain is thinned to about so many steps before its autocorrelation is taken. */
  private static final int THINNED = 1_500;

  /** A chain of so many autocorrelation times is long enough (Foreman-Mackey et al. 2013). */
  static final double ENOUGH_TIMES = 50;

  private final List<Parameter> parameters;
  private final List<ParameterScaling> coordinates;
  private final Prediction prediction;
  private final int longest;

  /**
   * Reference posteriors.
   *
   * @param longest most steps of a chain
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
   * @param steps positions [steps] of [W][D]
   * @param autocorrelationTime the longest of the parameters, in steps
   */
  record Chain(List<double[][]> steps, double autocorrelationTime) {
    /** All values of one parameter. */
    double[] values(int d) {
      int walkers = steps.get(0).length;
      double[] values = new double[steps.size() * walkers];
      int at = 0;
      for (double[][] step : steps) {
        for (double[] walker : step) {
          values[at++] = walker[d];
        }
      }
      return values;
    }

    /** Length of the chain in autocorrelation times. */
    double times() {
      return steps.size() / autocorrelationTime;
    }
  }

  /** Runs the chain of one object until it is long enough or has its most steps. */
  Chain run(Observed observed, RandomGenerator random) {
    EnsembleSampler.LogDensity density = points -> logDensity(observed, points);
    EnsembleSampler sampler = new EnsembleSampler(density, start(density, random), random);
    List<double[][]> all = new ArrayList<>();
    int round = Math.min(longest, FIRST_ROUND);
    while (true) {
      while (all.size() < round) {
        all.add(physical(sampler.step()));
      }
      // a third of the chain is given up: walkers start in the tails
      List<double[][]> kept = all.subList(all.size() / 3, all.size());
      double time = autocorrelationTime(kept);
      if (kept.size() >= ENOUGH_TIMES * time || all.size() >= longest) {
        return new Chain(List.copyOf(kept), time);
      }
      round = Math.min(longest, round + round / 2);
    }
  }

  /** The longest of the parameters, in steps; not shorter than the chain is thinned. */
  private double autocorrelationTime(List<double[][]> chain) {
    int stride = Math.max(1, chain.size() / THINNED);
    List<double[][]> thinned = new ArrayList<>();
    for (int i = 0; i < chain.size(); i += stride) {
      thinned.add(chain.get(i));
    }
    double longestTime = 1;
    for (int d = 0; d < parameters.size(); d++) {
      longestTime = Math.max(longestTime, AutocorrelationTime.of(thinned, d));
    }
    return stride * longestTime;
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
