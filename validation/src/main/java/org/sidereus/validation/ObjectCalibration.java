package org.sidereus.validation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the posteriors of the single mock objects agree with the truth.
 *
 * @param parameters ranks, coverage and errors of each parameter
 * @param medianApe median absolute percentage error over all objects and parameters
 * @param medianSharedApe the same over the shared parameters; NaN where there are none
 * @param tarp coverage of all parameters at once
 * @param predictive posterior predictive checks; null where the bundle has no emulator
 * @param correction what the importance weights do; null where the bundle has none
 */
public record ObjectCalibration(
    List<ParameterCalibration> parameters,
    double medianApe,
    double medianSharedApe,
    Tarp tarp,
    @Nullable Predictive predictive,
    @Nullable ImportanceCorrection correction) {}
