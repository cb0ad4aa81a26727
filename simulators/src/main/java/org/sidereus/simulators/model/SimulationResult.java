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
   * The parameters describe nothing that can be observed. That is a property of the model, not a
   * fault: prior draws of this kind are left out.
   *
   * @param reason why
   */
  record Void(Reason reason) implements SimulationResult {}

  /** Why a run is void; each model has its own enumeration of reasons. */
  interface Reason {
    /** Stable name in capital letters, fit for a column of a file. */
    String name();

    /** One sentence for people. */
    String description();
  }
}
