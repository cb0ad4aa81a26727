package org.sidereus.engine.combination;

import org.sidereus.engine.inference.ObjectFlag;

/** How the posterior of a group treats objects with an {@link ObjectFlag}. */
public enum FlaggedObjects {
  /** They are counted in the group and do not contribute to its posterior. */
  LEAVE_OUT,
  /** They are combined like all others. */
  COUNT
}
