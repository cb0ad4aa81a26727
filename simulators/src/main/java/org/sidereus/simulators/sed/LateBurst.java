package org.sidereus.simulators.sed;

/** What becomes of a burst before the beginning of the universe. */
public enum LateBurst {
  /** Its mass gives no light, as in PROVABGS. */
  DARK,
  /** There is no such burst. */
  ABSENT
}
