package org.sidereus.catalogs.time;

import org.jspecify.annotations.Nullable;

/**
 * How a column writes times, as far as somebody said it.
 *
 * @param format null: nobody said it
 * @param scale null: UTC
 */
public record TimeStyle(@Nullable TimeFormat format, @Nullable TimeScale scale) {
  /** Nothing is said. */
  public static final TimeStyle UNSAID = new TimeStyle(null, null);

  /** Whether something is said. */
  public boolean isSaid() {
    return format != null || scale != null;
  }
}
