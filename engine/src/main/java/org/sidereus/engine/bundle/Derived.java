package org.sidereus.engine.bundle;

/**
 * A quantity that follows from the parameters and covariates of an object; the posterior graph
 * computes it at every sample.
 *
 * @param name identifier, letters, digits and underscores
 * @param unit unit; empty if dimensionless
 */
public record Derived(String name, String unit) {
  public Derived {
    Names.check("derived quantity", name);
    unit = unit == null ? "" : unit;
  }
}
