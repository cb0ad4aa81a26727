package org.sidereus.simulators.process;

import org.sidereus.simulators.model.SimulationResult;

/** Why a run of a simulator process gives no observables. */
enum ProcessFailure implements SimulationResult.Reason {
  VOID("The simulator gave NaN."),
  INFINITE("The simulator gave an observable that is infinite, or too large for 32 bits."),
  CRASHED("The simulator process ended during this run, each time."),
  TIMED_OUT("The simulator process took longer than the limit for this run.");

  private final String description;

  ProcessFailure(String description) {
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }
}
