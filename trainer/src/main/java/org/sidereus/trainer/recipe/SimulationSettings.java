package org.sidereus.trainer.recipe;

/**
 * Sizes of the training sets.
 *
 * @param wideRows runs spread uniformly over the wide box
 * @param wideValidationRows held-out runs of the same kind
 * @param sigmas half the width of the box in standard deviations of the prior
 * @param priorRows runs drawn from the prior
 * @param priorValidationRows held-out runs of the same kind
 */
public record SimulationSettings(
    int wideRows, int wideValidationRows, double sigmas, int priorRows, int priorValidationRows) {
  public SimulationSettings {
    requirePositive("wide_rows", wideRows);
    requirePositive("wide_validation_rows", wideValidationRows);
    requirePositive("prior_rows", priorRows);
    requirePositive("prior_validation_rows", priorValidationRows);
    if (!(sigmas > 0 && Double.isFinite(sigmas))) {
      throw new IllegalArgumentException("sigmas must be a positive number but is " + sigmas);
    }
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1 but is " + value);
    }
  }
}
