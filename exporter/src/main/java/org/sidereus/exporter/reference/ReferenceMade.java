package org.sidereus.exporter.reference;

import org.sidereus.networks.Activation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

/** The masked network of one transform (Germain et al. 2015), conditioned on a context. */
final class ReferenceMade {
  private final TransformSpec spec;
  private final Weights weights;
  private final String name;

  ReferenceMade(TransformSpec spec, Weights weights, int transform) {
    this.spec = spec;
    this.weights = weights;
    this.name = "transforms." + transform + ".";
  }

  /**
   * Outputs for every dimension.
   *
   * @param z the input of the transform, length D
   * @param context length C
   * @return [P][D]
   */
  double[][] outputs(double[] z, double[] context) {
    Activation activation = spec.activation();
    double[] h = Affine.of(weights.get(name + "layers.0.weight"), z);
    Affine.add(h, Affine.of(weights.get(name + "context.weight"), context));
    Affine.add(h, weights.get(name + "layers.0.bias"));
    Affine.activate(h, activation);
    for (int l = 1; l < spec.hiddenLayers(); l++) {
      h = Affine.of(weights.get(name + "layers." + l + ".weight"), h);
      Affine.add(h, weights.get(name + "layers." + l + ".bias"));
      Affine.activate(h, activation);
    }
    double[] flat = Affine.of(weights.get(name + "output.weight"), h);
    Affine.add(flat, Affine.of(weights.get(name + "output.context.weight"), context));
    Tensor bias = weights.get(name + "output.bias");
    Affine.add(flat, bias);
    int dimensions = z.length;
    double[][] outputs = new double[spec.outputsPerDimension()][dimensions];
    for (int row = 0; row < flat.length; row++) {
      outputs[row / dimensions][row % dimensions] = flat[row];
    }
    return outputs;
  }
}
