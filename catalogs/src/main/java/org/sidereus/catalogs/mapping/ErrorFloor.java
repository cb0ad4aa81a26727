package org.sidereus.catalogs.mapping;

/**
 * What the quoted errors leave out.
 *
 * @param size standard deviation, positive
 */
public record ErrorFloor(double size, Rule rule) {
  /** How the floor acts. */
  public enum Rule {
    /** Added in quadrature: something that the quoted errors do not contain. */
    QUADRATURE,
    /** The least that is believed: quoted errors below it are too small. */
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
