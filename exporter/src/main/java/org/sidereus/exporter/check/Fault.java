package org.sidereus.exporter.check;

/**
 * What {@code check} finds wrong with a bundle. docs/reference/bundle.md says how each is found.
 */
public enum Fault {
  /** The manifest cannot be read or breaks a rule. */
  MANIFEST,
  /** A file is missing, not listed, a link, or has another hash than the manifest says. */
  FILES,
  /**
   * A graph has other inputs or outputs than the manifest needs, or an operator that is refused.
   */
  GRAPHS,
  /** A sample or a density is not finite, or a graph cannot be evaluated. */
  NOT_FINITE,
  /** The checks take more than ten minutes of processor time. */
  TOO_SLOW,
  /** The same inputs give other outputs. */
  NOT_DETERMINISTIC,
  /** The posterior of an object depends on the other objects of its batch. */
  DEPENDS_ON_BATCH,
  /** A sample depends on the other samples of its object. */
  DEPENDS_ON_SAMPLES,
  /** Samples lie outside of the prior and keep their weight. */
  OUTSIDE_PRIOR,
  /** {@code log_prob} is not the density of the samples. */
  DENSITY,
  /** {@code shared_log_prob} is not the marginal density of the shared parameters. */
  SHARED_DENSITY,
  /** {@code density.onnx} and the posterior graph have different densities. */
  DENSITY_GRAPH,
  /** {@code log_weight} or {@code chi_square} is not that of prior and emulator. */
  LIKELIHOOD,
  /** Samples take few values: they are rounded, or set to the end of a range. */
  ROUNDED,
  /** All objects have the same posterior, or all noise gives the same samples. */
  DUMMY_POSTERIOR,
  /** The emulator predicts the same for all parameters. */
  DUMMY_EMULATOR,
  /** The emulator is far from the simulations, or its predictions are no finite numbers. */
  EMULATOR,
  /** The framework that trained the posterior found other samples or densities. */
  PARITY,
  /** The simulations are not drawn from the prior of the manifest. */
  PRIOR,
  /** Two columns are in the wrong order. */
  SWAPPED_COLUMNS,
  /** A quantity is in another unit than the manifest says. */
  UNITS,
  /** Simulations that should have no noise have some. */
  NOISY_SIMULATIONS,
  /** The true parameters are not distributed as the posteriors say. */
  CALIBRATION
}
