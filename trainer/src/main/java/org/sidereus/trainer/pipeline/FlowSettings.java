package org.sidereus.trainer.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.sidereus.trainer.network.FlowArchitecture;

/**
 * The flow and its training.
 *
 * @param architecture its sizes
 * @param objects where the objects that it is trained on come from
 * @param survey which observations it is trained for
 * @param error standard deviation of the noise of every observable, in {@link Survey#ANY} of those
 *     whose survey gives none
 * @param start work folder of an earlier training of the same flow whose weights this one begins
 *     with; null: random weights
 * @param optimiser how it is trained
 */
public record FlowSettings(
    FlowArchitecture architecture,
    Objects objects,
    Survey survey,
    double error,
    @JsonInclude(JsonInclude.Include.NON_NULL) String start,
    OptimiserSettings optimiser) {

  /** Observations that a flow is trained for. */
  public enum Survey {
    /** Every observable measured with the same error; the features are the values. */
    FIXED,
    /** Errors, missing values and direct measurements of parameters as features. */
    ANY
  }

  /** Where the objects of the training come from. */
  public enum Objects {
    /** Fresh draws from the prior in every batch, run through the emulator. */
    EMULATOR,
    /** The pool of simulator runs drawn from the prior, over and over with fresh noise. */
    SIMULATOR
  }
}
