package org.sidereus.simulators.model;

/** What a run of a {@link ForwardModel} gives. */
public sealed interface SimulationResult {
  /**
   * A run that succeeded.
   *
   * @param y noiseless observables [M], all finite, in the order of {@link
   *     ForwardModel#observables()}, and after them the parts [R] of {@link ForwardModel#parts()};
   *     owned by the caller
   */
  record Observables(double[] y) implements SimulationResult {}

  /**
   * The inputs describe nothing that can be observed. This is a property of the model and no error
   * of the program; such draws of the prior are left out.
   *
   * @param reason why
   */
  record Failed(Reason reason) implements SimulationResult {}

  /** Why a run fails; each model has its own enumeration of reasons. */
  interface Reason {
    /** Stable name in capital letters, fit for a column of a file. */
    String name();

    /** One sentence for readers. */
    String description();
  }
}
