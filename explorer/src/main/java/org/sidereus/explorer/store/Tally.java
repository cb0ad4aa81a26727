package org.sidereus.explorer.store;

/** Counts of records since the beginning of the topics. */
public enum Tally {
  OBJECT_POSTERIORS,
  GROUP_POSTERIORS,
  REJECTIONS,
  /** Records that could not be decoded; the log names them. */
  UNREADABLE
}
