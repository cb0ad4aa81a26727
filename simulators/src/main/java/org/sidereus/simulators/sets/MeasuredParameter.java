package org.sidereus.simulators.sets;

/**
 * A parameter that some surveys measure directly, with a normal error: a covariate of its name.
 *
 * @param parameter index of the parameter
 * @param lowestError smallest standard deviation to train for, in the parameter's unit, above 0
 * @param highestError largest one
 */
public record MeasuredParameter(int parameter, double lowestError, double highestError) {
  public MeasuredParameter {
    if (!(lowestError > 0 && highestError >= lowestError)) {
      throw new IllegalArgumentException(
          "errors must be positive and in order but are %s and %s"
              .formatted(lowestError, highestError));
    }
  }
}
