package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import java.util.Map;
import java.util.Objects;
import org.sidereus.networks.Activation;

/** The parts that all networks are made of, as differentiable operations. */
final class Layers {
  private Layers() {}

  /** input [B, in], weight [out, in], bias [out] to [B, out], as one operation. */
  static NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    return Linear.linear(input, weight, bias).singletonOrThrow();
  }

  /** A tensor that the layout of the network has. */
  static NDArray tensor(Map<String, NDArray> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  static NDArray activate(Activation activation, NDArray x) {
    return switch (activation) {
      case TANH -> x.tanh();
      case RELU -> ai.djl.nn.Activation.relu(x);
      case SILU -> x.mul(ai.djl.nn.Activation.sigmoid(x));
      case ELU -> ai.djl.nn.Activation.elu(x, 1);
      case LEAKY_RELU -> ai.djl.nn.Activation.leakyRelu(x, (float) Activation.LEAKY_SLOPE);
      case IDENTITY -> x;
    };
  }
}
