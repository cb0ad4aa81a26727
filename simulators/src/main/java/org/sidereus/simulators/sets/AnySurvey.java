package org.sidereus.simulators.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.simulators.model.ForwardModel;

/**
 * Any survey: every object has its own errors, some of its observables are missing, and some of its
 * parameters may be measured directly. A flow that is trained on it serves every survey within
 * these ranges.
 *
 * <ul>
 *   <li>Errors: a quarter of the objects has the default error throughout; the others have a level
 *       that is log-uniform over the range, and each observable's error scatters around it by a
 *       factor of 1.6.
 *   <li>Missing: a third of the objects lacks nothing; a third has the pattern of a known survey,
 *       with every twentieth value lost besides; the rest lacks each observable with a probability
 *       that differs from object to object, up to 0.8.
 *   <li>Parameters: each measurable one is measured for 40 % of the objects, with a log-uniform
 *       error.
 *   <li>Covariates: known of every object.
 * </ul>
 */
public final class AnySurvey implements ObservationModel {
  private static final double SHARE_DEFAULT_ERRORS = 0.25;
  private static final double ERROR_SCATTER = 0.47;
  private static final double SHARE_COMPLETE = 1 / 3.0;
  private static final double SHARE_USUAL = 1 / 3.0;
  private static final double LOST = 0.05;
  private static final double MOST_LOST = 0.8;
  private static final double SHARE_MEASURED = 0.4;

  private final int observables;
  private final int parameterCount;
  private final int covariates;
  private final List<Feature> features = new ArrayList<>();
  private final double lowestError;
  private final double highestError;
  private final double defaultError;
  private final List<MeasuredParameter> measured;
  private final List<boolean[]> patterns = new ArrayList<>();
  private final boolean complete;
  private final AnySurvey good;

  /**
   * Any survey of a model's objects.
   *
   * @param defaultError error of surveys that give none, within the range of the habits
   */
  public AnySurvey(ForwardModel model, SurveyHabits habits, double defaultError) {
    this(model, habits, defaultError, false);
  }

  private AnySurvey(
      ForwardModel model, SurveyHabits habits, double defaultError, boolean complete) {
    lowestError = habits.lowestError();
    highestError = habits.highestError();
    if (!(lowestError <= defaultError && defaultError <= highestError)) {
      throw new IllegalArgumentException(
          "the default error must be within %s and %s but is %s"
              .formatted(lowestError, highestError, defaultError));
    }
    this.defaultError = defaultError;
    this.complete = complete;
    measured = habits.measuredParameters();
    List<String> names = model.observables().stream().map(o -> o.name()).toList();
    observables = names.size();
    parameterCount = model.parameters().size();
    covariates = model.covariates().size();
    for (Feature.Kind kind : List.of(Feature.Kind.VALUE, Feature.Kind.ERROR, Feature.Kind.MASK)) {
      names.forEach(name -> features.add(new Feature(kind, name)));
    }
    for (MeasuredParameter parameter : measured) {
      String name = model.parameters().get(parameter.parameter()).name();
      features.add(new Feature(Feature.Kind.COVARIATE, name));
      features.add(new Feature(Feature.Kind.COVARIATE_ERROR, name));
      features.add(new Feature(Feature.Kind.COVARIATE_MASK, name));
    }
    for (Covariate covariate : model.covariates()) {
      features.add(new Feature(Feature.Kind.COVARIATE, covariate.name()));
    }
    for (Set<String> usual : habits.usualPatterns()) {
      boolean[] pattern = new boolean[observables];
      for (int i = 0; i < observables; i++) {
        pattern[i] = usual.contains(names.get(i));
      }
      patterns.add(pattern);
    }
    good = complete ? this : new AnySurvey(model, habits, defaultError, true);
  }

  @Override
  public List<Feature> features() {
    return List.copyOf(features);
  }

  @Override
  public void observe(
      float[] parameters,
      int parameter,
      float[] values,
      int observable,
      RandomGenerator random,
      float[] row,
      int feature) {
    double level = logUniform(random, lowestError, highestError);
    boolean usualErrors = random.nextDouble() < SHARE_DEFAULT_ERRORS || complete;
    boolean[] present = present(random);
    for (int i = 0; i < observables; i++) {
      double scattered = level * Math.exp(ERROR_SCATTER * random.nextGaussian());
      double error =
          usualErrors ? defaultError : Math.min(highestError, Math.max(lowestError, scattered));
      double noise = error * random.nextGaussian();
      row[feature + i] = present[i] ? (float) (values[observable + i] + noise) : 0;
      row[feature + observables + i] = present[i] ? (float) error : 0;
      row[feature + 2 * observables + i] = present[i] ? 1 : 0;
    }
    int at = feature + 3 * observables;
    for (MeasuredParameter one : measured) {
      boolean known = random.nextDouble() < SHARE_MEASURED && !complete;
      double error = logUniform(random, one.lowestError(), one.highestError());
      double value = parameters[parameter + one.parameter()] + error * random.nextGaussian();
      row[at++] = known ? (float) value : 0;
      row[at++] = known ? (float) error : 0;
      row[at++] = known ? 1 : 0;
    }
    System.arraycopy(parameters, parameter + parameterCount, row, at, covariates);
  }

  private boolean[] present(RandomGenerator random) {
    boolean[] present = new boolean[observables];
    double kind = complete ? 0 : random.nextDouble();
    boolean[] usual = patterns.isEmpty() ? null : patterns.get(random.nextInt(patterns.size()));
    double lost = MOST_LOST * random.nextDouble();
    for (int i = 0; i < observables; i++) {
      double chance = random.nextDouble();
      if (kind < SHARE_COMPLETE) {
        present[i] = true;
      } else if (kind < SHARE_COMPLETE + SHARE_USUAL && usual != null) {
        present[i] = usual[i] && chance >= LOST;
      } else {
        present[i] = chance >= lost;
      }
    }
    return present;
  }

  private static double logUniform(RandomGenerator random, double low, double high) {
    return low * Math.exp(random.nextDouble() * Math.log(high / low));
  }

  @Override
  public double defaultError(int observable) {
    return defaultError;
  }

  @Override
  public double lowestError(int observable) {
    return lowestError;
  }

  @Override
  public double highestError(int observable) {
    return highestError;
  }

  @Override
  public ObservationModel complete() {
    return good;
  }
}
