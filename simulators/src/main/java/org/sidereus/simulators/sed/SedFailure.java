package org.sidereus.simulators.sed;

import java.util.Optional;
import org.sidereus.simulators.model.SimulationResult;

/** Why a galaxy has no photometry. */
enum SedFailure implements SimulationResult.Reason {
  REDSHIFT_OUT_OF_RANGE("The redshift is not above 0 and at most 0.2."),
  BURST_OUT_OF_RANGE("The burst is not between 0.01 and 13.27 Gyr before the observation."),
  OUTSIDE_SURVEY("A magnitude is far from all that the survey has.");

  private final String description;

  SedFailure(String description) {
    this.description = description;
  }

  /** Why the model does not describe a galaxy; empty where it does. */
  static Optional<SedFailure> of(Galaxy galaxy) {
    if (!(galaxy.redshift() > 0 && galaxy.redshift() <= Cosmology.LARGEST_REDSHIFT)) {
      return Optional.of(REDSHIFT_OUT_OF_RANGE);
    }
    boolean burst =
        galaxy.history().burstGyr() >= StellarSpectra.YOUNGEST_BURST_GYR
            && galaxy.history().burstGyr() <= StellarSpectra.OLDEST_BURST_GYR;
    return burst || galaxy.history().burstShare() == 0
        ? Optional.empty()
        : Optional.of(BURST_OUT_OF_RANGE);
  }

  @Override
  public String description() {
    return description;
  }
}
