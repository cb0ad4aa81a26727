package org.sidereus.simulators.sets;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;

/**
 * How a survey observes objects: noise, errors that differ from object to object, missing values,
 * direct measurements of parameters. It turns observables without noise into the features on which
 * a flow is conditioned. Immutable; safe for use by several threads.
 */
public interface ObservationModel {
  /** The columns of the features [F]. */
  List<Feature> features();

  /**
   * One observation.
   *
   * @param parameters true parameters and covariates [.., D + C] row-major, physical units
   * @param parameter index of the first parameter of the object
   * @param observables [.., M] row-major, without noise
   * @param observable index of the first observable of the object
   * @param random source of the noise
   * @param features to be filled, physical units, [.., F] row-major
   * @param feature index of the first feature of the object
   */
  void observe(
      float[] parameters,
      int parameter,
      float[] observables,
      int observable,
      RandomGenerator random,
      float[] features,
      int feature);

  /**
   * Error of an observable where the survey is {@link #complete()}.
   *
   * @param observable its index
   */
  double defaultError(int observable);

  /**
   * Error that the manifest names for an observable, also for measurements without an error of
   * their own; null: it names none.
   *
   * @param observable its index
   */
  default @Nullable Double namedError(int observable) {
    return defaultError(observable);
  }

  /** Smallest error of an observable that objects have here. */
  double lowestError(int observable);

  /** Largest error of an observable that objects have here. */
  double highestError(int observable);

  /**
   * Smallest error whose logarithm is a feature; a smaller one, such as the 0 of a missing value,
   * counts as this.
   *
   * @param feature an error of an observable or covariate
   */
  default double errorFloor(Feature feature) {
    return 1e-3;
  }

  /**
   * The survey at its best: every observable is measured with {@link #defaultError}, and no
   * parameter. The features are the same columns.
   */
  ObservationModel complete();
}
