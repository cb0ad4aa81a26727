package org.sidereus.catalogs.time;

import org.jspecify.annotations.Nullable;

/**
 * How a column writes times, as far as somebody said it.
 *
 * @param format null: nobody said it
 * @param scale null: that of the table, else UTC
 * @param offset what is added to numbers before the format applies, such as 2457000 for Julian
 *     dates from there on
 * @param timeOfDay where the time of day is, if the column has dates alone; null: nobody said it
 */
public record TimeStyle(
    @Nullable TimeFormat format,
    @Nullable TimeScale scale,
    double offset,
    @Nullable TimeOfDay timeOfDay) {
  /** Nothing is said. */
  public static final TimeStyle UNSAID = new TimeStyle(null, null);

  public TimeStyle {
    if (offset != 0 && (format == null || format.isText())) {
      throw new IllegalArgumentException("an offset needs a format of numbers, such as jd");
    }
  }

  /** Times without an offset, in one column. */
  public TimeStyle(@Nullable TimeFormat format, @Nullable TimeScale scale) {
    this(format, scale, 0);
  }

  /** Times in one column. */
  public TimeStyle(@Nullable TimeFormat format, @Nullable TimeScale scale, double offset) {
    this(format, scale, offset, null);
  }

  /** The same, and the time of day is in a column of its own. */
  public TimeStyle with(@Nullable TimeOfDay other) {
    return new TimeStyle(format, scale, offset, other);
  }

  /** Whether something is said. */
  public boolean isSaid() {
    return format != null || scale != null;
  }
}
