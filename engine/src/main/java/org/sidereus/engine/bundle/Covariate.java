package org.sidereus.engine.bundle;

/**
 * A quantity of an object on which the model depends and which is known, not inferred: an input of
 * the emulator after the parameters. Its feature is of the kind {@code covariate}.
 *
 * @param name identifier, letters, digits and underscores
 * @param unit unit; empty if dimensionless
 * @param training how it was spread over the objects of the training, independent of the parameters
 */
public record Covariate(String name, String unit, Prior training) {
  public Covariate {
    Names.check("covariate", name);
    unit = unit == null ? "" : unit;
    if (training == null) {
      throw new IllegalArgumentException("covariate " + name + " has no training distribution");
    }
  }
}
