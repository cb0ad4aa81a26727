package org.sidereus.engine.combination;

/** What a reader of a group's posterior must know. */
public enum GroupFlag {
  /**
   * The objects disagree more than their posteriors allow: {@link Disagreement#isSignificant()}.
   * They share less than the model says, or the model is wrong; believe the robust posterior.
   */
  HETEROGENEOUS,

  /**
   * The model does not reproduce what was measured of the objects: {@link Misfit#isSignificant()},
   * more than a quarter of the objects are left out because the model does not fit them, or a
   * measured quantity has an offset ({@link ModelErrors#flagged}). Believe the robust posterior,
   * and look at the measurements or at another model.
   */
  MODEL_MISFIT,

  /**
   * The objects are not drawn from the prior of a local parameter ({@link ModelErrors#flagged}), as
   * in a selected sample. Believe the robust posterior, which infers the mean of the population.
   */
  PRIOR_MISMATCH,

  /**
   * The mean plus and minus one standard deviation of the group is not all inside of the range of
   * the shared parameters for which the bundle was trained, or more than half of the objects are
   * out of support. The factorized posterior is no measurement; the robust posterior is the prior.
   */
  OUT_OF_SUPPORT,

  /**
   * No posterior passes the checks of what is published, or more than half of the objects are left
   * out. The factorized posterior is no measurement; the robust posterior is the prior.
   */
  UNRELIABLE,

  /**
   * The group is so large that the emulator's own error is not small beside the width of the
   * factorized posterior ({@link ModelErrors#emulatorLoss()}). Believe the robust posterior, which
   * allows for it.
   */
  EMULATOR_ERROR,

  /**
   * The bundle declares that it has no likelihood: the posteriors of the objects are the flow's,
   * and their errors add up.
   */
  NO_LIKELIHOOD
}
