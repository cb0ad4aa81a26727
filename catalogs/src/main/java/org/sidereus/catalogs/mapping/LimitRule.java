package org.sidereus.catalogs.mapping;

/** What a cell that is an upper or lower limit, such as {@code <0.26}, means. */
public enum LimitRule {
  /** Nobody said it: the row is broken. */
  UNDECLARED,
  /** The value is missing. */
  MISSING,
  /** The object is rejected. */
  REJECTED
}
