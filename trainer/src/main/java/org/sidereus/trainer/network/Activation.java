package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/** The nonlinearity between two layers. */
public enum Activation {
  /** Hyperbolic tangent. */
  TANH {
    @Override
    NDArray apply(NDArray x) {
      return x.tanh();
    }
  },
  /** max(x, 0). */
  RELU {
    @Override
    NDArray apply(NDArray x) {
      return ai.djl.nn.Activation.relu(x);
    }
  },
  /** x sigmoid(x). */
  SILU {
    @Override
    NDArray apply(NDArray x) {
      return x.mul(ai.djl.nn.Activation.sigmoid(x));
    }
  };

  abstract NDArray apply(NDArray x);

  /** The name in the files of trained networks, such as {@code tanh}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
