package org.sidereus.engine.combination;

/** What a reader of a group's posterior must know. */
public enum GroupFlag {
  /**
   * The objects disagree more than their posteriors allow: {@link Disagreement#isSignificant()}.
   * They share less than the model says, or the model is wrong; believe the robust posterior.
   */
  HETEROGENEOUS,

  /**
   * The model does not reproduce what was measured of the objects: {@link Misfit#isSignificant()}.
   * Believe the robust posterior, and look at another model.
   */
  MODEL_MISFIT,

  /**
   * The posterior of the group lies, within one standard deviation, beyond the range of the shared
   * parameters for which the bundle was trained. Its numbers are not a measurement.
   */
  OUT_OF_SUPPORT,

  /**
   * No density passes the checks of what is published. The posterior is not known, and the numbers
   * of the group are not a measurement.
   */
  UNRELIABLE
}
