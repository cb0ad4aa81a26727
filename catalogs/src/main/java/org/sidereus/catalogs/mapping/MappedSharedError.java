package org.sidereus.catalogs.mapping;

import java.util.Map;
import org.sidereus.engine.inference.SharedError;

/**
 * An error that measurements of a row share.
 *
 * @param error where its standard deviation comes from
 * @param included whether the errors of the measurements contain it
 * @param coefficients by name of the measurement
 */
public record MappedSharedError(
    ErrorSource error, boolean included, Map<String, Double> coefficients) {
  public MappedSharedError {
    if (coefficients.isEmpty()) {
      throw new IllegalArgumentException("coefficients is empty; name the measurements");
    }
    coefficients = Map.copyOf(coefficients);
  }

  /** The shared error in a row; one that is not known is not a number, so that it is refused. */
  public SharedError of(Cells cells) {
    double sd = error.of(cells) instanceof Estimate known ? known.value() : Double.NaN;
    return new SharedError(sd, included, coefficients);
  }
}
