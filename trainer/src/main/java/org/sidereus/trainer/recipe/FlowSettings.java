package org.sidereus.trainer.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.sidereus.trainer.network.FlowArchitecture;

/**
 * The flow and its training.
 *
 * @param architecture its sizes
 * @param objects where the objects that it is trained on come from
 * @param survey which observations it is trained for
 * @param error standard deviation of the noise of every observable, in {@link Survey#ANY} of those
 *     whose survey gives none
 * @param phases the phases of the training, one after the other; at least one
 */
public record FlowSettings(
    FlowArchitecture architecture,
    Objects objects,
    Survey survey,
    double error,
    List<FlowPhase> phases) {
  public FlowSettings {
    if (!(error > 0 && Double.isFinite(error))) {
      throw new IllegalArgumentException("error must be a positive number but is " + error);
    }
    phases = List.copyOf(phases);
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("phases must have at least one phase");
    }
  }

  /** The same flow after fewer phases. */
  public FlowSettings upTo(int phaseCount) {
    return new FlowSettings(architecture, objects, survey, error, phases.subList(0, phaseCount));
  }

  /** Observations that a flow is trained for. */
  public enum Survey {
    /** Every observable measured with the same error; the features are the values. */
    @JsonProperty("fixed")
    FIXED,
    /** Errors, missing values and direct measurements of parameters as features. */
    @JsonProperty("any")
    ANY
  }

  /** Where the objects of the training come from. */
  public enum Objects {
    /** Fresh draws from the prior in every batch, run through the emulator. */
    @JsonProperty("emulator")
    EMULATOR,
    /** The pool of simulator runs drawn from the prior, over and over with fresh noise. */
    @JsonProperty("simulator")
    SIMULATOR
  }
}
