package org.sidereus.trainer.batches;

import java.util.random.RandomGenerator;
import org.sidereus.networks.FlowLimits;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.trainer.training.BatchSizes;
import org.sidereus.trainer.training.BatchSource;

/**
 * Scaled parameters and features for a flow: objects from a source, observed anew in every batch.
 */
public final class FlowBatches implements BatchSource {
  /** Distance from a bound that is kept, as a share of the parameter's range. */
  private static final double MARGIN = 1e-6;

  private final FlowSpec spec;
  private final BatchSizes sizes;
  private final ObjectSource objects;
  private final int observableCount;
  private final int inputCount;
  private final ObservationModel observation;
  private final RandomStreams streams;

  /**
   * Batches of observed objects.
   *
   * @param spec whose scaling is applied
   * @param sizes sizes of the batches
   * @param objects noiseless objects
   * @param inputCount number of parameters and covariates D + C of an object
   * @param observableCount number of observables M of an object
   * @param observation how objects are observed
   */
  public FlowBatches(
      FlowSpec spec,
      BatchSizes sizes,
      ObjectSource objects,
      int inputCount,
      int observableCount,
      ObservationModel observation,
      RandomStreams streams) {
    this.spec = spec;
    this.sizes = sizes;
    this.objects = objects;
    this.inputCount = inputCount;
    this.observableCount = observableCount;
    this.observation = observation;
    this.streams = streams;
  }

  @Override
  public int firstWidth() {
    return spec.dimensions();
  }

  @Override
  public int secondWidth() {
    return spec.features();
  }

  @Override
  public void fill(long step, int size, float[] first, float[] second) {
    float[] observables = new float[size * observableCount];
    float[] inputs = new float[size * inputCount];
    objects.fill(sizes.rowsBefore(step), size, inputs, observables);
    RandomGenerator random = streams.at("flow noise", step);
    for (int i = 0; i < size; i++) {
      observation.observe(
          inputs,
          i * inputCount,
          observables,
          i * observableCount,
          random,
          second,
          i * spec.features());
    }
    System.arraycopy(parameters(spec, inputs, inputCount), 0, first, 0, size * spec.dimensions());
    scale(spec, size, first, second);
  }

  /**
   * The parameters without the covariates.
   *
   * @param inputs [N, inputCount]
   * @return a copy [N, D]
   */
  public static float[] parameters(FlowSpec spec, float[] inputs, int inputCount) {
    int d = spec.dimensions();
    float[] parameters = new float[inputs.length / inputCount * d];
    for (int i = 0; i < inputs.length / inputCount; i++) {
      System.arraycopy(inputs, i * inputCount, parameters, i * d, d);
    }
    return parameters;
  }

  /** Scales physical parameters [size, D] and features [size, F] in place. */
  public static void scale(FlowSpec spec, int size, float[] parameters, float[] features) {
    int d = spec.dimensions();
    ParameterScaling[] parameterScaling = spec.parameterScaling().toArray(new ParameterScaling[0]);
    for (int i = 0; i < size * d; i++) {
      ParameterScaling scaling = parameterScaling[i % d];
      parameters[i] = (float) scaling.standardised(inside(scaling, parameters[i]));
    }
    scaleFeatures(spec, features);
  }

  /** Scales physical features [N, F] in place, as the exported flow does. */
  public static void scaleFeatures(FlowSpec spec, float[] features) {
    int f = spec.features();
    Standardisation[] scalings = spec.featureScaling().toArray(new Standardisation[0]);
    for (int i = 0; i < features.length; i++) {
      double scaled = scalings[i % f].standardised(features[i]);
      features[i] =
          (float) Math.max(-FlowLimits.SCALED_FEATURE, Math.min(FlowLimits.SCALED_FEATURE, scaled));
    }
  }

  /** Mean of log |d scaled / d physical| over physical parameters [size, D]. */
  public static double meanLogDerivative(FlowSpec spec, int size, float[] parameters) {
    int d = spec.dimensions();
    double sum = 0;
    for (int i = 0; i < size * d; i++) {
      ParameterScaling scaling = spec.parameterScaling().get(i % d);
      sum += scaling.logDerivative(inside(scaling, parameters[i]));
    }
    return sum / size;
  }

  /** A draw next to a bound may reach it when it is rounded to single precision. */
  private static double inside(ParameterScaling scaling, double theta) {
    if (scaling instanceof ParameterScaling.Probit probit) {
      double margin = MARGIN * (probit.upper() - probit.lower());
      return Math.min(probit.upper() - margin, Math.max(probit.lower() + margin, theta));
    }
    if (scaling instanceof ParameterScaling.LogProbit probit) {
      double margin = Math.pow(probit.upper() / probit.lower(), MARGIN);
      return Math.min(probit.upper() / margin, Math.max(probit.lower() * margin, theta));
    }
    if (scaling instanceof ParameterScaling.Log log) {
      return Math.max(log.lower() + MARGIN * Math.exp(log.shift()), theta);
    }
    if (scaling instanceof ParameterScaling.LogBelow log) {
      return Math.min(log.upper() - MARGIN * Math.exp(-log.shift()), theta);
    }
    return theta;
  }
}
