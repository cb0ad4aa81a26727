package org.sidereus.engine.combination;

import java.util.List;

/**
 * Errors of the model that a group shows, and its posterior if those that are flagged are inferred
 * with the shared parameters. The arrays are not copied; do not change them.
 *
 * @param errors all errors that the group can tell from its parameters, offsets first
 * @param mean [K] posterior mean of the shared parameters, in their units, with the flagged errors
 *     free; that of the factorized posterior where none is flagged
 * @param covariance [K * K], row by row, in products of the units
 */
public record ModelErrors(List<ModelError> errors, double[] mean, double[] covariance) {
  public ModelErrors {
    errors = List.copyOf(errors);
  }

  /** The flagged errors of one kind. */
  public List<ModelError> flagged(ModelError.Kind kind) {
    return errors.stream().filter(error -> error.isFlagged() && error.kind() == kind).toList();
  }

  /** Whether an error is flagged. */
  public boolean isAnyFlagged() {
    return errors.stream().anyMatch(ModelError::isFlagged);
  }
}
