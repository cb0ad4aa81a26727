package org.sidereus.trainer.recipe;

import java.util.List;
import org.sidereus.networks.Activation;

/**
 * The emulator and its training.
 *
 * @param hidden units of each hidden layer
 * @param activation nonlinearity
 * @param priorShare share of each batch that is drawn from the prior; the rest is from the wide box
 * @param tensorThreads threads of the tensor library; a setting, because sums depend on it
 * @param optimiser how it is trained
 */
public record EmulatorSettings(
    List<Integer> hidden,
    Activation activation,
    double priorShare,
    int tensorThreads,
    OptimiserSettings optimiser) {
  public EmulatorSettings {
    hidden = List.copyOf(hidden);
    if (!(priorShare >= 0 && priorShare <= 1)) {
      throw new IllegalArgumentException("prior_share must be from 0 to 1 but is " + priorShare);
    }
    if (tensorThreads < 1) {
      throw new IllegalArgumentException(
          "tensor_threads must be at least 1 but is " + tensorThreads);
    }
  }
}
