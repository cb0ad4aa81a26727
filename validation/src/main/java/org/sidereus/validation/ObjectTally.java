package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;

/** Collects how the truth of each object lies in its posterior. */
final class ObjectTally {
  /** Posterior draws of an object whose observables are predicted. */
  static final int PREDICTED = 50;

  private static final double SMALL = 0.01;

  private final List<Parameter> parameters;
  private final int observables;
  private final double[][] ranks;
  private final double[][] residuals;
  private final double[][] ape;
  private final double[] fractions;
  private final double[] pivotal;
  private final double[] squares;
  private final int[] measured;
  private int small;
  private int count;
  private int predicted;

  /**
   * An empty tally.
   *
   * @param objects number of objects that will be added
   */
  ObjectTally(Manifest manifest, int objects) {
    parameters = manifest.parameters();
    observables = manifest.observables().size();
    ranks = new double[parameters.size()][objects];
    residuals = new double[parameters.size()][objects];
    ape = new double[parameters.size()][objects];
    fractions = new double[objects];
    pivotal = new double[objects];
    squares = new double[observables];
    measured = new int[observables];
  }

  /**
   * Adds an object.
   *
   * @param truth [D]
   * @param samples of its posterior
   */
  void add(double[] truth, WeightedSamples samples, RandomGenerator random) {
    for (int d = 0; d < truth.length; d++) {
      double mean = samples.mean(d);
      ranks[d][count] = samples.rank(d, truth[d]);
      residuals[d][count] = (mean - truth[d]) / samples.sd(d);
      ape[d][count] = 100 * Math.abs((mean - truth[d]) / truth[d]);
    }
    fractions[count] = nearer(truth, samples, random);
    count++;
  }

  /** Share of the posterior that is nearer than the truth to a draw of the prior. */
  private double nearer(double[] truth, WeightedSamples samples, RandomGenerator random) {
    double[] reference = new double[truth.length];
    double[] scale = new double[truth.length];
    for (int d = 0; d < truth.length; d++) {
      Prior prior = parameters.get(d).prior();
      reference[d] = prior.sample(random);
      scale[d] = 1 / Math.sqrt(prior.variance());
    }
    double limit = 0;
    for (int d = 0; d < truth.length; d++) {
      double step = (truth[d] - reference[d]) * scale[d];
      limit += step * step;
    }
    double share = 0;
    double typical = 0;
    for (int s = 0; s < samples.count(); s++) {
      double distance = 0;
      for (int d = 0; d < truth.length; d++) {
        double step = (samples.theta(s, d) - reference[d]) * scale[d];
        distance += step * step;
      }
      double weight = samples.weights()[s];
      share += distance < limit ? weight : 0;
      typical += weight * weight;
    }
    return (share + 0.5 * typical) / (1 + typical);
  }

  /**
   * Adds what draws of the posterior of an object predict.
   *
   * @param theta parameters of the draws [P * D]
   * @param y their observables [P * M]
   */
  void addPredictions(Observed observed, float[] theta, float[] y, RandomGenerator random) {
    int d = parameters.size();
    int draws = theta.length / d;
    int chosen = random.nextInt(draws);
    double pValue = 0;
    for (int p = 0; p < draws; p++) {
      double tail = observed.tail(observed.chiSquare(y, p * observables, theta, p * d));
      pValue += tail / draws;
      if (p == chosen) {
        pivotal[predicted] = tail;
      }
    }
    predicted++;
    small += pValue < SMALL ? 1 : 0;
    for (int j = 0; j < observables; j++) {
      if (observed.measured()[j]) {
        double residual = observed.residual(j, y[chosen * observables + j]);
        squares[j] += residual * residual;
        measured[j]++;
      }
    }
  }

  /** Summaries of each parameter. */
  List<ParameterCalibration> parameters(UniformBand band) {
    List<ParameterCalibration> all = new ArrayList<>();
    for (int d = 0; d < parameters.size(); d++) {
      Parameter parameter = parameters.get(d);
      all.add(
          ParameterCalibration.of(
              parameter.name(),
              parameter.role() == Role.SHARED,
              ranks[d],
              residuals[d],
              ape[d],
              band));
    }
    return all;
  }

  /** Median absolute percentage error over all objects and the given parameters. */
  double medianApe(int[] some) {
    double[] all = new double[some.length * count];
    for (int k = 0; k < some.length; k++) {
      System.arraycopy(ape[some[k]], 0, all, k * count, count);
    }
    return Medians.of(all);
  }

  Tarp tarp(long seed) {
    return Tarp.of(fractions, seed);
  }

  /** Null where nothing was predicted. */
  @Nullable Predictive predictive(UniformBand band) {
    if (predicted == 0) {
      return null;
    }
    double[] rms = new double[observables];
    for (int j = 0; j < observables; j++) {
      rms[j] = Math.sqrt(squares[j] / measured[j]);
    }
    return new Predictive(
        (double) small / count,
        Predictive.smallLimit(count, UniformBand.SINGLE),
        UniformBand.counts(pivotal),
        band.countHalfWidth(),
        rms);
  }
}
