package org.sidereus.simulators.sed;

/** Treatment of a burst that is older than the universe. */
public enum LateBurst {
  /** Its mass gives no light, as in PROVABGS. */
  DARK,
  /** There is no such burst. */
  ABSENT
}
