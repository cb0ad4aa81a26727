package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.sidereus.networks.EmulatorSpec;

/**
 * The scaled outputs of an emulator as a differentiable function of its weights. Immutable; safe
 * for use by several threads.
 */
public final class EmulatorFunction {
  private final EmulatorSpec spec;
  private final WeightLayout layout;

  /** The function of a network of this shape. */
  public EmulatorFunction(EmulatorSpec spec) {
    this.spec = spec;
    this.layout = new WeightLayout(spec.tensorShapes());
  }

  /** Where each tensor lies in the vector of the weights. */
  public WeightLayout layout() {
    return layout;
  }

  /**
   * Evaluates the network.
   *
   * @param weights vector of the weights, attached to the manager that the results shall have
   * @param scaled scaled parameters [B, D]
   * @return scaled outputs [B, M]
   */
  public NDArray outputs(NDArray weights, NDArray scaled) {
    Map<String, NDArray> tensors = layout.views(weights);
    NDArray hidden = scaled;
    int last = spec.hidden().size();
    for (int l = 0; l <= last; l++) {
      String name = "layers." + l;
      NDArray weight = Layers.tensor(tensors, name + ".weight");
      NDArray pre = Layers.linear(hidden, weight, Layers.tensor(tensors, name + ".bias"));
      hidden = l == last ? pre : Layers.activate(spec.activation(), pre);
    }
    return spec.skip()
        ? hidden.add(scaled.matMul(Layers.tensor(tensors, "skip.weight").transpose()))
        : hidden;
  }
}
