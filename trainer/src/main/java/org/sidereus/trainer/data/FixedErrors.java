package org.sidereus.trainer.data;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.model.bundle.Feature;
import org.sidereus.model.bundle.Observable;

/**
 * All observables of all objects are measured with the same normal error; the features are the
 * measured values.
 */
public final class FixedErrors implements ObservationModel {
  private final List<Feature> features;
  private final double error;

  /**
   * A survey.
   *
   * @param observables what is measured
   * @param error standard deviation of the noise, in the observables' unit, above 0
   */
  public FixedErrors(List<Observable> observables, double error) {
    if (!(error > 0)) {
      throw new IllegalArgumentException("error must be above 0 but is " + error);
    }
    this.features =
        observables.stream().map(o -> new Feature(Feature.Kind.VALUE, o.name())).toList();
    this.error = error;
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
      float[] values,
      int feature) {
    for (int i = 0; i < features.size(); i++) {
      values[feature + i] = (float) (observables[observable + i] + error * random.nextGaussian());
    }
  }

  @Override
  public ObservationModel complete() {
    return this;
  }

  @Override
  public double defaultError(int observable) {
    return error;
  }

  @Override
  public double lowestError(int observable) {
    return error;
  }

  @Override
  public double highestError(int observable) {
    return error;
  }
}
