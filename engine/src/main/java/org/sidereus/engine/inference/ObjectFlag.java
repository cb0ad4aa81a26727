package org.sidereus.engine.inference;

/**
 * What a user of a posterior should know about it. Definitions and rates: docs/reference/flags.md.
 */
public enum ObjectFlag {
  /** A measurement lies outside what the bundle was trained on: the flow extrapolates. */
  OUT_OF_SUPPORT,
  /**
   * Too few effective samples to correct the flow by the likelihood: the posterior is the flow's.
   */
  LOW_EFFECTIVE_SAMPLE_SIZE,
  /** The model cannot reproduce the measurements within their errors, whatever its parameters. */
  MODEL_MISFIT,
  /**
   * The bundle declares that it has no likelihood: the posterior is the flow's, and nothing says
   * how far that is from the model.
   */
  NO_LIKELIHOOD,
  /**
   * Samples of the flow are outside of the prior. They have no weight in a corrected posterior, and
   * count like the others in one that is not.
   */
  OUTSIDE_PRIOR;

  /**
   * Whether objects with this flag are left out of their group, unless flagged objects count. It is
   * not so where the flag is that of all objects of a bundle, or of samples that have no weight.
   */
  public boolean leavesOut() {
    return this != NO_LIKELIHOOD && this != OUTSIDE_PRIOR;
  }
}
