package org.sidereus.catalogs.table;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table in HDF5: a source, a field of its rows, or an element of the arrays there.
 *
 * @param source number of the source
 * @param field name of the field; null: the source has none
 * @param element number of the element; negative: the whole value
 * @param timeUnit unit of times, as numpy names it; null: the values are no times
 * @param categories values by their number; null: the values are themselves
 * @param fill number that stands for a missing value; null: none
 */
record HdfColumn(
    int source,
    @Nullable String field,
    int element,
    @Nullable String timeUnit,
    @Nullable List<Cell> categories,
    @Nullable Number fill) {
  /** A column in which every value is one. */
  HdfColumn(
      int source,
      @Nullable String field,
      int element,
      @Nullable String timeUnit,
      @Nullable List<Cell> categories) {
    this(source, field, element, timeUnit, categories, null);
  }

  /** The cell of a value of the source. */
  Cell cell(@Nullable Object value) {
    if (fill != null && value instanceof Number number && isFill(number, fill)) {
      return Cell.MISSING;
    }
    if (categories == null) {
      return cell(value, timeUnit);
    }
    long code = value instanceof Number number ? number.longValue() : -1;
    if (code >= categories.size()) {
      throw new IllegalArgumentException("there is no category of the number " + code);
    }
    return code < 0 ? Cell.MISSING : categories.get((int) code);
  }

  private static boolean isFill(Number value, Number fill) {
    if (value instanceof Float) {
      return value.floatValue() == fill.floatValue();
    }
    return value instanceof Double
        ? value.doubleValue() == fill.doubleValue()
        : value.longValue() == fill.longValue() && value.doubleValue() == fill.doubleValue();
  }

  /** The type of the cells of such values. */
  static Column.Type type(@Nullable Object value, @Nullable String unit) {
    if (unit != null) {
      return Column.Type.TIME;
    }
    if (value instanceof Boolean || "TRUE".equals(value) || "FALSE".equals(value)) {
      return Column.Type.TRUTH;
    }
    if (value instanceof Float || value instanceof Double) {
      return Column.Type.FLOATING;
    }
    return value instanceof Number ? Column.Type.INTEGER : Column.Type.TEXT;
  }

  /**
   * The cell of a value as jHDF gives it.
   *
   * @param unit of times; null: the value is no time
   */
  static Cell cell(@Nullable Object value, @Nullable String unit) {
    if (value == null) {
      return Cell.MISSING;
    }
    if (value instanceof Float single) {
      return Cell.Floating.of(single.floatValue());
    }
    if (value instanceof Double number) {
      return Cell.Floating.of(number.doubleValue());
    }
    if (value instanceof Boolean truth) {
      return new Cell.Truth(truth);
    }
    if (value instanceof BigInteger big) {
      Cell.Whole whole = Cell.Whole.of(big);
      if (whole == null) {
        throw new IllegalArgumentException("the integer has more than 64 bits");
      }
      return whole;
    }
    if (value instanceof Number integer) {
      if (unit == null) {
        return Cell.Whole.of(integer.longValue());
      }
      Instant instant =
          integer.longValue() == Long.MIN_VALUE
              ? null
              : NumpyArray.instant(integer.longValue(), unit);
      return instant == null ? Cell.MISSING : new Cell.Time(instant);
    }
    if (value instanceof String text) {
      if (text.indexOf('\uFFFD') >= 0) {
        throw new IllegalArgumentException(
            "the text is not in the encoding that the file declares; write it in UTF-8");
      }
      return text.equals("TRUE") || text.equals("FALSE")
          ? new Cell.Truth(text.equals("TRUE"))
          : Cell.Text.of(text);
    }
    throw new IllegalArgumentException("values of this kind are not read");
  }
}
