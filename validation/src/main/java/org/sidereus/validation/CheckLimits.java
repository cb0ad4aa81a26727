package org.sidereus.validation;

/**
 * The values between which a measured one must lie.
 *
 * @param lowest the smallest
 * @param highest the largest
 */
public record CheckLimits(double lowest, double highest) {

  /** Limits of a value that is not negative. */
  static CheckLimits atMost(double highest) {
    return new CheckLimits(0, highest);
  }

  /** Whether a value lies between them; one that is no number never does. */
  boolean hold(double value) {
    return value >= lowest && value <= highest;
  }

  /** The wider ones of both, at each end. */
  CheckLimits orWider(CheckLimits other) {
    return new CheckLimits(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
  }
}
