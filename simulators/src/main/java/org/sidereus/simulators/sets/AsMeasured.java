package org.sidereus.simulators.sets;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;

/**
 * Objects of a table with noise: the measured values are the features as they are, and nothing is
 * random. The observables of an object are the values [M] and after them the errors [E] of those
 * with a column for them; a value that is no number is missing.
 */
public final class AsMeasured implements ObservationModel {
  private final SurveyDescription description;
  private final TableErrors tableErrors;
  private final List<Feature> features;

  /**
   * A table with noise.
   *
   * @param description what its columns are; no errors in a range, no measured parameters
   * @param tableErrors [N, E] row-major: errors of the E observables with a column for them, not a
   *     number where a value is missing; empty where there are no such columns
   */
  public AsMeasured(SurveyDescription description, float[] tableErrors) {
    this.description = description;
    this.tableErrors = TableErrors.of(description, tableErrors);
    features = description.features();
  }

  @Override
  public List<Feature> features() {
    return features;
  }

  @Override
  public void observe(
      float[] parameters,
      int parameter,
      float[] observables,
      int observable,
      RandomGenerator random,
      float[] row,
      int feature) {
    int m = description.observables().size();
    int mask = m + description.withErrorColumns().size();
    int error = m;
    for (int i = 0; i < m; i++) {
      SurveyedObservable one = description.observables().get(i);
      float value = observables[observable + i];
      boolean measured = !Float.isNaN(value);
      row[feature + i] = measured ? value : 0;
      if (one.errors() instanceof ObservableErrors.Column) {
        row[feature + error] = measured ? observables[observable + error] : 0;
        error++;
      }
      if (one.mayBeMissing()) {
        row[feature + mask++] = measured ? 1 : 0;
      }
    }
    System.arraycopy(
        parameters,
        parameter + description.parameters().size(),
        row,
        feature + mask,
        description.covariates().size());
  }

  @Override
  public double defaultError(int observable) {
    Double error = namedError(observable);
    return error == null ? Double.NaN : error;
  }

  @Override
  public @Nullable Double namedError(int observable) {
    return description.observables().get(observable).errors().usual();
  }

  /** Not a number where nothing says it. */
  @Override
  public double lowestError(int observable) {
    return quantile(observable, 0);
  }

  /** Not a number where nothing says it. */
  @Override
  public double highestError(int observable) {
    return quantile(observable, 1);
  }

  private double quantile(int observable, double share) {
    SurveyedObservable one = description.observables().get(observable);
    return tableErrors.has(one) ? tableErrors.quantile(one, share) : defaultError(observable);
  }

  @Override
  public double errorFloor(Feature feature) {
    for (SurveyedObservable one : tableErrors.observables()) {
      if (one.name().equals(feature.of())) {
        return TableErrors.FLOOR * tableErrors.quantile(one, 0);
      }
    }
    return ObservationModel.super.errorFloor(feature);
  }

  /** The same: what was measured cannot be measured better. */
  @Override
  public ObservationModel complete() {
    return this;
  }
}
