package org.sidereus.exporter.network;

/**
 * The scaling of one feature or one output: {@code standardised = (physical - shift) / scale}.
 *
 * @param shift in physical units
 * @param scale in physical units, above 0
 */
public record Standardisation(double shift, double scale) {

  /** Checks that both numbers are finite and the scale is positive. */
  public Standardisation {
    Checks.shiftAndScale(shift, scale);
  }

  /** From physical to standardised units. */
  public double standardised(double physical) {
    return (physical - shift) / scale;
  }

  /** From standardised to physical units. */
  public double physical(double standardised) {
    return standardised * scale + shift;
  }
}
