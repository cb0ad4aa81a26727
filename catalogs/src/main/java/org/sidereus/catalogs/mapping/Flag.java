package org.sidereus.catalogs.mapping;

/**
 * A column of bits, some of which make a value missing.
 *
 * @param bits mask of these bits, not 0; an empty cell has none
 */
public record Flag(String column, long bits) {
  public Flag {
    if (bits == 0) {
      throw new IllegalArgumentException("bits must not be 0, because no value would be missing");
    }
  }

  boolean isSet(Cells cells) {
    Double flags = cells.number(column, column);
    if (flags == null) {
      return false;
    }
    if (flags != Math.rint(flags) || Math.abs(flags) > 1L << 53) {
      throw cells.broken("the flags %s are %s, which is no integer".formatted(column, flags));
    }
    return (flags.longValue() & bits) != 0;
  }
}
