package org.sidereus.simulators.sets;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.ForwardModel;

/**
 * The errors of the measurements of an object. Those in ranges have one level; the others are the
 * usual ones.
 *
 * @param ofObservables errors of each observable; those of a column have a usual one
 */
public record SurveyErrors(List<ObservableErrors> ofObservables) {
  /** Share of the objects that have the usual errors throughout. */
  static final double SHARE_USUAL = 0.25;

  private static final double USUAL = 0.05;

  public SurveyErrors {
    ofObservables = List.copyOf(ofObservables);
    if (ofObservables.stream().anyMatch(one -> one.usual() == null)) {
      throw new IllegalArgumentException("an error is not known");
    }
  }

  /**
   * The same error for all.
   *
   * @param observables their number
   * @param error above 0
   */
  public static SurveyErrors same(int observables, double error) {
    return new SurveyErrors(Collections.nCopies(observables, new ObservableErrors.Fixed(error)));
  }

  /** The errors of mock surveys of a model that has none of its own. */
  public static SurveyErrors usual(ForwardModel model) {
    return same(model.observables().size(), USUAL);
  }

  /**
   * The errors of surveys of a description.
   *
   * @throws SidereusException if only a table of simulations says how large one is
   */
  public static SurveyErrors of(SurveyDescription description) {
    for (SurveyedObservable one : description.observables()) {
      if (one.errors().usual() == null) {
        throw new SidereusException(
            "nothing says how large the error of "
                + one.name()
                + " is; give its error in the case file, or one for all observables with --noise");
      }
    }
    return new SurveyErrors(
        description.observables().stream().map(SurveyedObservable::errors).toList());
  }

  /** The errors of one object [M]; nothing is drawn where there are no ranges. */
  public double[] draw(RandomGenerator random) {
    boolean ranges = ofObservables.stream().anyMatch(ObservableErrors.Range.class::isInstance);
    double level = ranges ? random.nextDouble() : 0;
    boolean usual = ranges && random.nextDouble() < SHARE_USUAL;
    double[] errors = new double[ofObservables.size()];
    for (int i = 0; i < errors.length; i++) {
      errors[i] =
          ofObservables.get(i) instanceof ObservableErrors.Range range
              ? range.draw(level, usual, random)
              : Objects.requireNonNull(ofObservables.get(i).usual());
    }
    return errors;
  }
}
