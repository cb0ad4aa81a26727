package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.FlowBatches;

/** Scaling of parameters, observables and features to a mean near 0 and a spread near 1. */
final class Scaling {
  /** Keeps a draw off the bound that it may reach when it is rounded to single precision. */
  private static final double TINY = 1e-6;

  private static final int ROWS = 50_000;

  /** Smallest value of a covariate whose logarithm is taken, as a share of its largest. */
  private static final double LOG_RANGE = 1e-3;

  private Scaling() {}

  /** Unbounded coordinates for a flow: its posteriors stay inside the prior's bounds. */
  static List<ParameterScaling> ofPriors(List<Parameter> parameters, TrainingSet draws) {
    List<ParameterScaling> scaling = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Prior prior = parameters.get(i).prior();
      if (prior instanceof Normal normal) {
        scaling.add(new ParameterScaling.Affine(normal.mean(), normal.sd()));
      } else if (prior instanceof LogUniform) {
        scaling.add(logProbit(prior.lower(), prior.upper(), draws, i));
      } else if (Double.isInfinite(prior.upper())) {
        scaling.add(log(prior.lower(), prior.sd(), draws, i));
      } else if (Double.isInfinite(prior.lower())) {
        scaling.add(logBelow(prior.upper(), prior.sd(), draws, i));
      } else {
        scaling.add(probit(prior.lower(), prior.upper(), draws, i));
      }
    }
    return scaling;
  }

  private static ParameterScaling probit(double lower, double upper, TrainingSet draws, int i) {
    ColumnMoments moments = probits(draws, i, theta -> (theta - lower) / (upper - lower));
    return new ParameterScaling.Probit(lower, upper, moments.mean(), moments.sd());
  }

  private static ParameterScaling logProbit(double lower, double upper, TrainingSet draws, int i) {
    ColumnMoments moments =
        probits(draws, i, theta -> Math.log(theta / lower) / Math.log(upper / lower));
    return new ParameterScaling.LogProbit(lower, upper, moments.mean(), moments.sd());
  }

  /** Moments of the probits of where the draws of a parameter lie between its bounds. */
  private static ColumnMoments probits(TrainingSet draws, int i, DoubleUnaryOperator share) {
    ParameterScaling uniform = new ParameterScaling.Probit(0, 1, 0, 1);
    ColumnMoments moments = new ColumnMoments();
    for (int row = 0; row < Math.min(ROWS, draws.rows()); row++) {
      double at = share.applyAsDouble(draws.parameters()[row * draws.parameterCount() + i]);
      moments.add(uniform.standardised(Math.min(1 - TINY, Math.max(TINY, at))));
    }
    return moments;
  }

  private static ParameterScaling logBelow(double upper, double sd, TrainingSet draws, int i) {
    ColumnMoments moments = new ColumnMoments();
    for (int row = 0; row < Math.min(ROWS, draws.rows()); row++) {
      double below = upper - draws.parameters()[row * draws.parameterCount() + i];
      moments.add(-Math.log(Math.max(below, TINY * Math.min(1, sd))));
    }
    return new ParameterScaling.LogBelow(upper, moments.mean(), moments.sd());
  }

  /**
   * Of a parameter that is bounded below.
   *
   * @param spread of the parameter, in its unit
   */
  static ParameterScaling log(double lower, double spread, TrainingSet draws, int i) {
    ColumnMoments moments = new ColumnMoments();
    for (int row = 0; row < Math.min(ROWS, draws.rows()); row++) {
      double above = draws.parameters()[row * draws.parameterCount() + i] - lower;
      moments.add(Math.log(Math.max(above, TINY * Math.min(1, spread))));
    }
    return new ParameterScaling.Log(lower, moments.mean(), moments.sd());
  }

  /** Affine scaling of the parameters of a set. */
  static List<ParameterScaling> ofParameters(TrainingSet set) {
    List<ParameterScaling> scaling = new ArrayList<>();
    for (Standardisation s : columns(set.parameters(), set.parameterCount())) {
      scaling.add(new ParameterScaling.Affine(s.shift(), s.scale()));
    }
    return scaling;
  }

  /** The scaling of the features of observed objects. */
  static List<Standardisation> ofFeatures(
      ForwardModel model, ObservationModel observation, TrainingSet draws, RandomGenerator random) {
    List<Double> floors =
        observation.features().stream()
            .map(feature -> logFloor(feature, observation, model))
            .toList();
    return columns(observed(observation, draws, random), floors);
  }

  /** Smallest value whose logarithm is a feature; null: the value itself is the feature. */
  private static @Nullable Double logFloor(
      Feature feature, ObservationModel observation, ForwardModel model) {
    return switch (feature.kind()) {
      // errors span orders of magnitude
      case ERROR, COVARIATE_ERROR -> observation.errorFloor(feature);
      case COVARIATE -> logFloor(feature.of(), model);
      default -> null;
    };
  }

  /** A covariate that acts by its logarithm is learnt by it. */
  private static @Nullable Double logFloor(String covariate, ForwardModel model) {
    int first = model.parameters().size();
    for (LinearEffect effect : model.linearEffects()) {
      if (effect.logarithmic()
          && effect.input() >= first
          && model.covariates().get(effect.input() - first).name().equals(covariate)) {
        return LOG_RANGE * model.inputPriors().get(effect.input()).upper();
      }
    }
    return null;
  }

  /** Scaled features [N, F] of observed objects. */
  static double[][] features(
      FlowSpec spec, ObservationModel observation, TrainingSet draws, RandomGenerator random) {
    float[] scaled = observed(observation, draws, random);
    double[][] rows = new double[scaled.length / spec.features()][spec.features()];
    FlowBatches.scaleFeatures(spec, scaled);
    for (int i = 0; i < scaled.length; i++) {
      rows[i / spec.features()][i % spec.features()] = scaled[i];
    }
    return rows;
  }

  private static float[] observed(
      ObservationModel observation, TrainingSet draws, RandomGenerator random) {
    int features = observation.features().size();
    int rows = Math.min(ROWS, draws.rows());
    float[] observed = new float[rows * features];
    for (int row = 0; row < rows; row++) {
      observation.observe(
          draws.parameters(),
          row * draws.parameterCount(),
          draws.observables(),
          row * draws.observableCount(),
          random,
          observed,
          row * features);
    }
    return observed;
  }

  /** As {@link #columns(float[], int)}, with the logarithms of the columns that have a floor. */
  private static List<Standardisation> columns(float[] values, List<Double> floors) {
    float[] scaled = values.clone();
    for (int i = 0; i < values.length; i++) {
      Double floor = floors.get(i % floors.size());
      if (floor != null) {
        scaled[i] = (float) Math.log(Math.max(values[i], floor));
      }
    }
    List<Standardisation> linear = columns(scaled, floors.size());
    return IntStream.range(0, floors.size())
        .mapToObj(
            i -> new Standardisation(linear.get(i).shift(), linear.get(i).scale(), floors.get(i)))
        .toList();
  }

  /** Mean and standard deviation of each column; a constant column keeps its scale. */
  static List<Standardisation> columns(float[] values, int columns) {
    List<Standardisation> scaling = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      ColumnMoments moments = new ColumnMoments();
      for (int i = c; i < values.length; i += columns) {
        moments.add(values[i]);
      }
      double sd = moments.sd();
      scaling.add(new Standardisation(moments.mean(), sd > 0 ? sd : 1.0));
    }
    return scaling;
  }

  /** Running mean and variance (Welford 1962). */
  private static final class ColumnMoments {
    private long count;
    private double mean;
    private double squares;

    void add(double value) {
      count++;
      double before = value - mean;
      mean += before / count;
      squares += before * (value - mean);
    }

    double mean() {
      return mean;
    }

    double sd() {
      return Math.sqrt(squares / count);
    }
  }
}
