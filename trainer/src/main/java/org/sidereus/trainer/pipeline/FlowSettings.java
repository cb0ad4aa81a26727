package org.sidereus.trainer.pipeline;

import org.sidereus.trainer.network.FlowArchitecture;

/**
 * The flow and its training.
 *
 * @param architecture its sizes
 * @param objects where the objects that it is trained on come from
 * @param error standard deviation of the noise of every observable
 * @param optimiser how it is trained
 */
public record FlowSettings(
    FlowArchitecture architecture, Objects objects, double error, OptimiserSettings optimiser) {

  /** Where the objects of the training come from. */
  public enum Objects {
    /** Fresh draws from the prior in every batch, run through the emulator. */
    EMULATOR,
    /** The pool of simulator runs drawn from the prior, over and over with fresh noise. */
    SIMULATOR
  }
}
