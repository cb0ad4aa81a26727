package org.sidereus.simulators.sets;

import java.util.List;
import java.util.Set;

/**
 * What the surveys of a science case have in common.
 *
 * @param lowestError smallest standard deviation of an observable, in its unit, above 0
 * @param highestError largest one
 * @param measuredParameters parameters that some surveys measure directly
 * @param usualPatterns names of the observables that known surveys measure, one set for each
 */
public record SurveyHabits(
    double lowestError,
    double highestError,
    List<MeasuredParameter> measuredParameters,
    List<Set<String>> usualPatterns) {

  public SurveyHabits {
    if (!(lowestError > 0 && highestError >= lowestError)) {
      throw new IllegalArgumentException(
          "errors must be positive and in order but are %s and %s"
              .formatted(lowestError, highestError));
    }
    measuredParameters = List.copyOf(measuredParameters);
    usualPatterns = List.copyOf(usualPatterns);
  }
}
