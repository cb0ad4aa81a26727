package org.sidereus.catalogs.mapping;

/**
 * A contribution to the error that the quoted errors do not contain.
 *
 * @param size standard deviation, positive
 */
public record ErrorFloor(double size, Rule rule) {
  /** How the floor acts. */
  public enum Rule {
    /** Added to the quoted error in quadrature. */
    QUADRATURE,
    /** The lowest error: quoted errors below it are raised to it. */
    MINIMUM
  }

  public ErrorFloor {
    if (!(size > 0 && Double.isFinite(size))) {
      throw new IllegalArgumentException("floor must be positive and finite but is " + size);
    }
  }

  double under(double error) {
    return rule == Rule.QUADRATURE ? Math.hypot(error, size) : Math.max(error, size);
  }
}
