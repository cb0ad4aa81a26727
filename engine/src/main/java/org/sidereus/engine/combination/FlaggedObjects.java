package org.sidereus.engine.combination;

import org.sidereus.engine.inference.ObjectFlag;

/** What becomes of objects with an {@link ObjectFlag} in the posterior of their group. */
public enum FlaggedObjects {
  /** They are counted in the group and say nothing of what it shares. */
  LEAVE_OUT,
  /** They are combined like all others. */
  COUNT
}
