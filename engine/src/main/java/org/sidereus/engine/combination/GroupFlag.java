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
  MODEL_MISFIT
}
