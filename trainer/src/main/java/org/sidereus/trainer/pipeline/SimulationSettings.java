package org.sidereus.trainer.pipeline;

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
    requirePositive("wideRows", wideRows);
    requirePositive("wideValidationRows", wideValidationRows);
    requirePositive("priorRows", priorRows);
    requirePositive("priorValidationRows", priorValidationRows);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 but is " + value);
    }
  }
}
