package org.sidereus.trainer.batches;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.network.EmulatorFunction;

/** Fresh objects for every batch: parameters from the prior, observables from an emulator. */
public final class EmulatedObjects implements ObjectSource, AutoCloseable {
  private final EmulatorSpec spec;
  private final EmulatorFunction function;
  private final NDManager manager;
  private final NDArray weights;
  private final Design prior;
  private final RandomStreams streams;

  /**
   * Objects of an emulator.
   *
   * @param prior the prior of the parameters
   * @param parent manager of the device on which to evaluate the emulator
   */
  public EmulatedObjects(
      EmulatorNetwork emulator, Design prior, RandomStreams streams, NDManager parent) {
    this.spec = emulator.spec();
    this.function = new EmulatorFunction(spec);
    this.manager = parent.newSubManager();
    this.weights = manager.create(function.layout().vector(emulator.weights()));
    this.prior = prior;
    this.streams = streams;
  }

  @Override
  public void fill(long position, int count, float[] parameters, float[] observables) {
    int d = spec.dimensions();
    float[] scaled = new float[count * d];
    for (int i = 0; i < count; i++) {
      double[] theta = prior.draw(streams.at("flow objects", position + i));
      for (int k = 0; k < d; k++) {
        parameters[i * d + k] = (float) theta[k];
        scaled[i * d + k] = (float) spec.parameterScaling().get(k).standardised(theta[k]);
      }
    }
    float[] outputs = outputs(scaled, count);
    int parts = spec.observables().isEmpty() ? 0 : spec.outputs();
    int width = spec.predictions() + parts;
    for (int i = 0; i < count; i++) {
      double[] physical = physical(outputs, i);
      double[] predictions = predictions(parameters, i, physical);
      for (int j = 0; j < width; j++) {
        observables[i * width + j] =
            (float) (j < predictions.length ? predictions[j] : physical[j - predictions.length]);
      }
    }
  }

  /** Outputs of the network for one row. */
  private double[] physical(float[] outputs, int row) {
    double[] physical = new double[spec.outputs()];
    for (int j = 0; j < physical.length; j++) {
      physical[j] = spec.outputScaling().get(j).physical(outputs[row * physical.length + j]);
    }
    return physical;
  }

  private double[] predictions(float[] parameters, int row, double[] physical) {
    double[] inputs = new double[spec.dimensions()];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = parameters[row * inputs.length + k];
    }
    return spec.predictions(inputs, physical);
  }

  /**
   * Scaled outputs of scaled parameters.
   *
   * @param scaled [count, D]
   * @return [count, M]
   */
  private float[] outputs(float[] scaled, int count) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray view = weights.stopGradient();
      view.attach(scratch);
      return function
          .outputs(view, scratch.create(scaled, new Shape(count, spec.dimensions())))
          .toFloatArray();
    }
  }

  /** Observables [rows, M] of all parameters of a set [rows, D], in physical units. */
  public float[] observables(TrainingSet set) {
    int piece = 8192;
    int d = spec.dimensions();
    int m = spec.predictions();
    float[] all = new float[set.rows() * m];
    for (int from = 0; from < set.rows(); from += piece) {
      int count = Math.min(piece, set.rows() - from);
      float[] scaled = new float[count * d];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] =
            (float) spec.parameterScaling().get(i % d).standardised(set.parameters()[from * d + i]);
      }
      float[] outputs = outputs(scaled, count);
      for (int i = 0; i < count; i++) {
        double[] predictions = predictions(set.parameters(), from + i, physical(outputs, i));
        for (int j = 0; j < m; j++) {
          all[(from + i) * m + j] = (float) predictions[j];
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
