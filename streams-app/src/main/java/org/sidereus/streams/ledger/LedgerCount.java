package org.sidereus.streams.ledger;

/** What the ledger of a partition counts, in the order in which the counts are stored. */
public enum LedgerCount {
  /** Events received, without markers, withdrawals and renames. */
  EVENTS,

  /** End-of-survey markers received. */
  MARKERS,

  /** Withdrawals received. */
  WITHDRAWALS,

  /** Renames of groups received. */
  RENAMES,

  /** Inference requests. */
  REQUESTS,

  /** Requests with a posterior. */
  POSTERIORS,

  /** Requests that were rejected. */
  REJECTIONS,

  /**
   * Observations that were rejected, or visits that were not combined, since a higher revision of
   * the object or of its visit was known.
   */
  OUTDATED,

  /** Observations that were combined for all time but came too late for their window. */
  LATE,

  /** Contributions that withdrawals took out. */
  WITHDRAWN,

  /**
   * Contributions that left their group, since an observation named another group or the group was
   * renamed.
   */
  MOVED
}
