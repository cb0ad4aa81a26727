package org.sidereus.explorer.api;

import org.jspecify.annotations.Nullable;

/**
 * How far an object is from its group in one parameter.
 *
 * @param survey of the object
 * @param object its identifier
 * @param flags its flags, separated by blanks
 * @param pValue its p-value; null: it has none
 * @param mean of its posterior, in the unit of the parameter
 * @param sd of its posterior
 * @param tension in standard deviations of the difference, dimensionless
 */
record Tension(
    String survey,
    String object,
    String flags,
    @Nullable Double pValue,
    double mean,
    double sd,
    double tension) {
  /** The smallest variance of a difference, in variances of the object. */
  private static final double SMALLEST = 0.01;

  /**
   * The mean of an object less that of the group, over the standard deviation of the difference.
   * What an object of the group adds is in both, so its variance is less by that of the group; an
   * object that is left out adds nothing, and the variances add up.
   */
  static double of(double mean, double sd, double groupMean, double groupSd, boolean isLeftOut) {
    double own = sd * sd;
    double common = groupSd * groupSd;
    double variance = isLeftOut ? own + common : Math.max(own - common, SMALLEST * own);
    return (mean - groupMean) / Math.sqrt(variance);
  }

  /** By which objects are sorted: one whose tension is not a number is the last. */
  double size() {
    return Double.isNaN(tension) ? -1 : Math.abs(tension);
  }
}
