package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The scaling of one feature or one output: {@code standardised = (physical - shift) / scale}, or,
 * for a quantity that spans orders of magnitude, {@code (ln(max(physical, logFloor)) - shift) /
 * scale}.
 *
 * @param shift in physical units; of the logarithm, none
 * @param scale in physical units, above 0; of the logarithm, none
 * @param logFloor smallest value whose logarithm is taken, in physical units, above 0; null: no
 *     logarithm
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Standardisation(double shift, double scale, @Nullable Double logFloor) {

  /** Checks that the numbers are finite and scale and floor positive. */
  public Standardisation {
    Checks.shiftAndScale(shift, scale);
    if (logFloor != null && !(logFloor > 0 && Double.isFinite(logFloor))) {
      throw new IllegalArgumentException(
          "log_floor must be positive and finite but is " + logFloor);
    }
  }

  /** A scaling without a logarithm. */
  public Standardisation(double shift, double scale) {
    this(shift, scale, null);
  }

  /** Converts physical to standardised units. */
  public double standardised(double physical) {
    double value = logFloor == null ? physical : Math.log(Math.max(physical, logFloor));
    return (value - shift) / scale;
  }

  /** Converts standardised to physical units. */
  public double physical(double standardised) {
    double value = standardised * scale + shift;
    return logFloor == null ? value : Math.exp(value);
  }
}
