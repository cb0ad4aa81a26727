package org.sidereus.simulators.gce;

import org.sidereus.simulators.model.SimulationResult;

/** Why a set of parameters describes no star. */
public enum GceFailure implements SimulationResult.Reason {
  NOT_A_NUMBER("a parameter is not a finite number"),
  BIRTH_TIME_OUT_OF_RANGE("the birth time is below 0.797617 Gyr or beyond the age of the universe"),
  STAR_FORMATION_TOO_LOW(
      "the star formation rate at the birth of the star is under 5 % of its mean"),
  GAS_EXHAUSTED("there is less gas than the stars that should form"),
  NEGATIVE_MASS("the mass of an element or of a reservoir becomes negative"),
  NOT_FINITE("an abundance is not a finite number");

  private final String description;

  GceFailure(String description) {
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }
}
