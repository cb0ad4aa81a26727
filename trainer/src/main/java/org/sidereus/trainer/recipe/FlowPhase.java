package org.sidereus.trainer.recipe;

/**
 * One phase of the training of a flow. The first begins with random weights, each other one with
 * the result of the phase before it. Every phase has its own moments of the gradient and its own
 * schedules, and goes through the objects from the beginning.
 *
 * @param tensorThreads threads of the tensor library; a setting, because sums depend on it
 * @param optimiser how the phase is trained
 */
public record FlowPhase(int tensorThreads, OptimiserSettings optimiser) {
  public FlowPhase {
    if (tensorThreads < 1) {
      throw new IllegalArgumentException(
          "tensor_threads must be at least 1 but is " + tensorThreads);
    }
  }
}
