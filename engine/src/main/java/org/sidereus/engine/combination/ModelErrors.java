package org.sidereus.engine.combination;

import java.util.List;

/**
 * Errors of the model that a group shows, and its posterior if the flagged one is inferred with the
 * shared parameters, or not trusted where it explains too little, and the emulator's own error is
 * added. The arrays are not copied; do not change them.
 *
 * @param errors all errors that the group can tell from its parameters, offsets first
 * @param mean [K] posterior mean of the shared parameters, in their units, with the flagged error
 *     free; that of the factorized posterior where none is flagged, or none explains the others
 * @param covariance [K * K], row by row, in products of the units; with what the emulator's error
 *     may move the mean by
 * @param emulatorLoss information that the emulator's error loses, in bits: the expected divergence
 *     of the factorized posterior from the one without the error; 0 where the bundle does not state
 *     the error
 */
public record ModelErrors(
    List<ModelError> errors, double[] mean, double[] covariance, double emulatorLoss) {
  /** Most bits that the emulator's error may lose without a flag (Heinzel and Vitale 2025). */
  public static final double TOLERATED_LOSS = 0.2;

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
