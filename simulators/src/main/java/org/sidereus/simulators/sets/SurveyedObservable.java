package org.sidereus.simulators.sets;

import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;

/**
 * What a model predicts and surveys measure.
 *
 * @param name its name, also that of its column in a table of simulations
 * @param unit its unit; empty if dimensionless
 * @param noise what is normal
 * @param errors of the measurements
 * @param mayBeMissing whether there are objects without it
 */
public record SurveyedObservable(
    String name, String unit, Noise noise, ObservableErrors errors, boolean mayBeMissing) {
  public SurveyedObservable {
    observable(name, unit, noise, errors); // checks name and error
  }

  /** As a model has it, without ranges. */
  public Observable observable() {
    return observable(name, unit, noise, errors);
  }

  private static Observable observable(
      String name, String unit, Noise noise, ObservableErrors errors) {
    return new Observable(name, unit, errors.usual()).withNoise(noise);
  }
}
