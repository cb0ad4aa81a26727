package org.sidereus.engine.bundle;

/**
 * One parameter of a model.
 *
 * @param name identifier, letters, digits and underscores
 * @param unit unit; empty if dimensionless
 * @param role whether the objects of a group share it
 * @param prior its prior, independent of the other parameters'
 */
public record Parameter(String name, String unit, Role role, Prior prior) {
  public Parameter {
    Names.check("parameter", name);
    unit = unit == null ? "" : unit;
    if (role == null) {
      throw new IllegalArgumentException("parameter " + name + " has no role (shared or local)");
    }
    if (prior == null) {
      throw new IllegalArgumentException("parameter " + name + " has no prior");
    }
  }
}
