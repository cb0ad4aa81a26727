package org.sidereus.simulators.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.simulators.model.ForwardModel;

/**
 * All observables of all objects are measured with the same error; the features are the measured
 * values and the covariates.
 */
public final class FixedErrors implements ObservationModel {
  private final List<Feature> features = new ArrayList<>();
  private final List<Noise> noise;
  private final int parameterCount;
  private final double error;

  /**
   * A survey.
   *
   * @param model whose objects are measured
   * @param error standard deviation of the noise, in the observables' unit, above 0
   */
  public FixedErrors(ForwardModel model, double error) {
    if (!(error > 0)) {
      throw new IllegalArgumentException("error must be above 0 but is " + error);
    }
    model.observables().forEach(o -> features.add(new Feature(Feature.Kind.VALUE, o.name())));
    model.covariates().forEach(c -> features.add(new Feature(Feature.Kind.COVARIATE, c.name())));
    noise = model.observables().stream().map(Observable::noise).toList();
    parameterCount = model.parameters().size();
    this.error = error;
  }

  @Override
  public List<Feature> features() {
    return List.copyOf(features);
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
    int m = noise.size();
    for (int i = 0; i < m; i++) {
      values[feature + i] =
          (float) noise.get(i).measure(observables[observable + i], error, random);
    }
    int covariates = features.size() - m;
    System.arraycopy(parameters, parameter + parameterCount, values, feature + m, covariates);
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
