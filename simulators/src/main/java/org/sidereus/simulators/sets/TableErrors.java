package org.sidereus.simulators.sets;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The errors in the columns of a table.
 *
 * @param observables those with a column, in the order of the columns
 * @param values [N, E] row-major; not a number where a measurement is missing; not modified
 */
record TableErrors(List<SurveyedObservable> observables, float[] values) {
  /** Share of the smallest error below which an error is as good as none. */
  static final double FLOOR = 0.1;

  TableErrors {
    observables = List.copyOf(observables);
    int columns = observables.size();
    if (columns > 0 && (values.length == 0 || values.length % columns != 0)) {
      throw new IllegalArgumentException(
          "there are %d errors for %d columns of errors".formatted(values.length, columns));
    }
  }

  static TableErrors of(SurveyDescription description, float[] values) {
    return new TableErrors(description.withErrorColumns(), values);
  }

  boolean has(SurveyedObservable observable) {
    return observables.contains(observable);
  }

  /** Index of the first error of a random row; 0 where there are no columns. */
  int row(RandomGenerator random) {
    int columns = observables.size();
    return columns == 0 ? 0 : random.nextInt(values.length / columns) * columns;
  }

  /** The error of an observable in a row of {@link #row}. */
  double at(int row, SurveyedObservable observable) {
    return values[row + observables.indexOf(observable)];
  }

  /** The error below which a share of those of an observable is, from 0 (lowest) to 1 (highest). */
  double quantile(SurveyedObservable observable, double share) {
    int columns = observables.size();
    int column = observables.indexOf(observable);
    double[] errors = new double[values.length / columns];
    int count = 0;
    for (int i = column; i < values.length; i += columns) {
      if (!Float.isNaN(values[i])) {
        errors[count++] = values[i];
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    Arrays.sort(errors, 0, count);
    return errors[(int) Math.round(share * (count - 1))];
  }
}
