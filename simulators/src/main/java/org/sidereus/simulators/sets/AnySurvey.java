package org.sidereus.simulators.sets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.simulators.model.ForwardModel;

/**
 * Any survey: every object has its own errors, some of its observables are missing, and some of its
 * parameters may be measured directly, as a description allows. A flow that is trained on it serves
 * every survey within these ranges.
 *
 * <ul>
 *   <li>Errors in a range: a quarter of the objects has the usual error throughout; the others have
 *       a level that is log-uniform over the range, and each observable's error scatters around it
 *       by a factor of 1.6. Errors of a table: those of a random row. Fixed errors are no feature.
 *   <li>Missing: a third of the objects lacks nothing; a third has the pattern of a known survey,
 *       with every twentieth value lost besides; the rest lacks each observable with a probability
 *       that differs from object to object, up to 0.8.
 *   <li>Parameters: each measurable one is measured for 40 % of the objects, with a log-uniform
 *       error.
 *   <li>Covariates: known of every object.
 * </ul>
 */
public final class AnySurvey implements ObservationModel {
  private static final double SHARE_COMPLETE = 1 / 3.0;
  private static final double SHARE_USUAL = 1 / 3.0;
  private static final double LOST = 0.05;
  private static final double MOST_LOST = 0.8;
  private static final double SHARE_MEASURED = 0.4;

  private static final int NO_COLUMN = -1;

  private final List<SurveyedObservable> observables;
  private final SurveyDescription description;
  private final TableErrors tableErrors;
  private final List<Feature> features;

  /** Columns of the features of each observable, or {@link #NO_COLUMN}. */
  private final int[] errorColumns;

  private final int[] maskColumns;

  /** The error of each observable where a survey is complete. */
  private final double[] usualErrors;

  private final List<boolean[]> patterns = new ArrayList<>();
  private final boolean anyRange;
  private final boolean anyMissing;
  private final boolean complete;
  private final AnySurvey good;

  /**
   * Any survey of a model's objects with one range of errors, each of whose observables may be
   * missing.
   *
   * @param defaultError error of surveys that give none, within the range of the habits
   */
  public AnySurvey(ForwardModel model, SurveyHabits habits, double defaultError) {
    this(
        SurveyDescription.of(
            model,
            new ObservableErrors.Range(defaultError, habits.lowestError(), habits.highestError()),
            true,
            habits.measuredParameters(),
            habits.usualPatterns()),
        new float[0]);
  }

  /**
   * Surveys of a description.
   *
   * @param tableErrors [N, E] row-major, above 0: errors of the E observables with a column for
   *     them; empty where there are none
   */
  public AnySurvey(SurveyDescription description, float[] tableErrors) {
    this(description, tableErrors, false);
  }

  private AnySurvey(SurveyDescription description, float[] tableErrors, boolean complete) {
    this.description = description;
    this.tableErrors = TableErrors.of(description, tableErrors);
    this.complete = complete;
    observables = description.observables();
    features = description.features();
    int m = observables.size();
    errorColumns = new int[m];
    maskColumns = new int[m];
    usualErrors = new double[m];
    boolean range = false;
    boolean missing = false;
    for (int i = 0; i < m; i++) {
      SurveyedObservable one = observables.get(i);
      errorColumns[i] = features.indexOf(new Feature(Feature.Kind.ERROR, one.name()));
      maskColumns[i] = features.indexOf(new Feature(Feature.Kind.MASK, one.name()));
      range |= one.errors() instanceof ObservableErrors.Range;
      missing |= one.mayBeMissing();
      if (one.errors() instanceof ObservableErrors.Unknown) {
        throw new IllegalArgumentException(
            "nothing says how large the error of " + one.name() + " is");
      }
      usualErrors[i] = usualError(one);
    }
    anyRange = range;
    anyMissing = missing;
    for (Set<String> usual : description.usualPatterns()) {
      boolean[] pattern = new boolean[m];
      for (int i = 0; i < m; i++) {
        pattern[i] = usual.contains(observables.get(i).name());
      }
      patterns.add(pattern);
    }
    good = complete ? this : new AnySurvey(description, tableErrors, true);
  }

  /**
   * A survey that measures all observables of all objects with the same error; the features are the
   * measured values and the covariates.
   *
   * @param error standard deviation of the noise, in the observables' unit, above 0
   */
  public static AnySurvey withFixedErrors(ForwardModel model, double error) {
    return new AnySurvey(
        SurveyDescription.of(model, new ObservableErrors.Fixed(error), false, List.of(), List.of()),
        new float[0]);
  }

  @Override
  public List<Feature> features() {
    return features;
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
    double level = anyRange ? random.nextDouble() : 0;
    boolean usual = (anyRange && random.nextDouble() < SurveyErrors.SHARE_USUAL) || complete;
    int tableRow = tableErrors.row(random);
    boolean[] present = present(random);
    int m = observables.size();
    for (int i = 0; i < m; i++) {
      SurveyedObservable one = observables.get(i);
      double error =
          one.errors() instanceof ObservableErrors.Range range
              ? range.draw(level, usual, random)
              : complete || !tableErrors.has(one) ? usualErrors[i] : tableErrors.at(tableRow, one);
      double value = one.noise().measure(values[observable + i], error, random);
      row[feature + i] = present[i] ? (float) value : 0;
      if (errorColumns[i] != NO_COLUMN) {
        row[feature + errorColumns[i]] = present[i] ? (float) error : 0;
      }
      if (maskColumns[i] != NO_COLUMN) {
        row[feature + maskColumns[i]] = present[i] ? 1 : 0;
      }
    }
    int covariates = description.covariates().size();
    int at = feature + features.size() - covariates - 3 * description.measuredParameters().size();
    for (MeasuredParameter one : description.measuredParameters()) {
      boolean known = random.nextDouble() < SHARE_MEASURED && !complete;
      double error =
          ObservableErrors.logUniform(random.nextDouble(), one.lowestError(), one.highestError());
      double value = parameters[parameter + one.parameter()] + error * random.nextGaussian();
      row[at++] = known ? (float) value : 0;
      row[at++] = known ? (float) error : 0;
      row[at++] = known ? 1 : 0;
    }
    System.arraycopy(parameters, parameter + description.parameters().size(), row, at, covariates);
  }

  private boolean[] present(RandomGenerator random) {
    boolean[] present = new boolean[observables.size()];
    if (!anyMissing) {
      Arrays.fill(present, true);
      return present;
    }
    double kind = complete ? 0 : random.nextDouble();
    boolean[] usual = patterns.isEmpty() ? null : patterns.get(random.nextInt(patterns.size()));
    double lost = MOST_LOST * random.nextDouble();
    for (int i = 0; i < present.length; i++) {
      double chance = random.nextDouble();
      if (kind < SHARE_COMPLETE || !observables.get(i).mayBeMissing()) {
        present[i] = true;
      } else if (kind < SHARE_COMPLETE + SHARE_USUAL && usual != null) {
        present[i] = usual[i] && chance >= LOST;
      } else {
        present[i] = chance >= lost;
      }
    }
    return present;
  }

  @Override
  public double defaultError(int observable) {
    return usualErrors[observable];
  }

  private double usualError(SurveyedObservable one) {
    Double usual = one.errors().usual();
    return usual != null ? usual : tableErrors.quantile(one, 0.5);
  }

  @Override
  public @Nullable Double namedError(int observable) {
    return observables.get(observable).errors().usual();
  }

  @Override
  public double lowestError(int observable) {
    SurveyedObservable one = observables.get(observable);
    if (one.errors() instanceof ObservableErrors.Range range) {
      return range.lower();
    }
    return tableErrors.has(one) ? tableErrors.quantile(one, 0) : usualErrors[observable];
  }

  @Override
  public double highestError(int observable) {
    SurveyedObservable one = observables.get(observable);
    if (one.errors() instanceof ObservableErrors.Range range) {
      return range.upper();
    }
    return tableErrors.has(one) ? tableErrors.quantile(one, 1) : usualErrors[observable];
  }

  @Override
  public double errorFloor(Feature feature) {
    for (int i = 0; i < observables.size(); i++) {
      if (feature.kind() == Feature.Kind.ERROR && observables.get(i).name().equals(feature.of())) {
        return TableErrors.FLOOR * lowestError(i);
      }
    }
    return ObservationModel.super.errorFloor(feature);
  }

  @Override
  public ObservationModel complete() {
    return good;
  }
}
