package org.sidereus.catalogs.table;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table. The elements of an array column {@code P} are columns of their own: {@code
 * P[0]}, {@code P[1]}, ...
 *
 * @param name its name; a table may have two columns of one name
 * @param type what its cells are, apart from {@link Cell.Missing}
 * @param unit its unit as the table writes it; null: not stated
 * @param ucd its Unified Content Descriptor (IVOA); null: not stated
 * @param description what the table says about it; null: nothing
 * @param times what the table says of the times in it; null: nothing
 */
public record Column(
    String name,
    Type type,
    @Nullable String unit,
    @Nullable String ucd,
    @Nullable String description,
    @Nullable TimeFrame times) {

  /** A column of which the table says nothing about times. */
  public Column(
      String name,
      Type type,
      @Nullable String unit,
      @Nullable String ucd,
      @Nullable String description) {
    this(name, type, unit, ucd, description, null);
  }

  /** What the cells of a column are. */
  public enum Type {
    /** The format states no types: cells are {@link Cell.Text}, and the reader tells numbers. */
    UNTYPED,
    /** {@link Cell.Text}. */
    TEXT,
    /** {@link Cell.Whole}. */
    INTEGER,
    /** {@link Cell.Floating}. */
    FLOATING,
    /** {@link Cell.Truth}. */
    TRUTH,
    /** {@link Cell.Time}. */
    TIME,
    /** {@link Cell.Bits}. */
    BITS
  }

  /** A column of a format that states neither types nor units. */
  public static Column untyped(String name) {
    return new Column(name, Type.UNTYPED, null, null, null);
  }
}
