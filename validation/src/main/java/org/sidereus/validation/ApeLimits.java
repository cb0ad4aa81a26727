package org.sidereus.validation;

import org.jspecify.annotations.Nullable;

/**
 * Median absolute percentage errors that pass.
 *
 * @param all largest one over all parameters, in per cent; null: any passes
 * @param shared largest one over the shared parameters, in per cent; null: any passes
 */
public record ApeLimits(@Nullable Double all, @Nullable Double shared) {
  /** Any error passes. */
  public static final ApeLimits NONE = new ApeLimits(null, null);
}
