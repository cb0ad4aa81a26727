package org.sidereus.catalogs.table;

import org.jspecify.annotations.Nullable;

/**
 * What a table says of the times in a column, in its own words.
 *
 * @param format what astropy calls it, such as {@code mjd} or {@code unix}; null: not stated
 * @param scale such as {@code TAI}; null: not stated
 * @param zeroMjd modified Julian date, in the scale, from which the column counts in its unit;
 *     null: not stated
 */
public record TimeFrame(@Nullable String format, @Nullable String scale, @Nullable Double zeroMjd) {
  /** Modified Julian date of the Julian date 0. */
  public static final double MJD_OF_JD_ZERO = -2_400_000.5;

  /** Modified Julian date of 1970-01-01. */
  public static final double MJD_OF_1970 = 40_587;

  public static final double MS_PER_DAY = 86_400_000;
}
