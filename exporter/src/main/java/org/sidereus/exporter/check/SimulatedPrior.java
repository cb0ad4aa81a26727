package org.sidereus.exporter.check;

import java.util.List;
import org.sidereus.engine.bundle.Manifest;

/**
 * Whether parameters and covariates of simulations are distributed as a manifest says, before
 * anything is trained on them.
 */
public final class SimulatedPrior {
  private SimulatedPrior() {}

  /**
   * Compares.
   *
   * @param inputs parameters and covariates of the simulations, also of void runs [N][D + C]
   */
  public static Finding finding(Manifest manifest, List<double[]> inputs) {
    return new SimulationsCheck(manifest, new Truths(inputs, List.of(), null)).priors();
  }
}
