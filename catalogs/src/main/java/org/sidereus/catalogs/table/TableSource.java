package org.sidereus.catalogs.table;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a table's file before it is opened.
 *
 * @param format null: it is found from the first bytes, else from the ending
 * @param part which table of the file: number or name of an HDU, number of a VOTable's table, path
 *     in an HDF5 file, member of an npz file; null: the first one that is a table
 * @param encoding of the texts; null: UTF-8
 */
public record TableSource(
    @Nullable TableFormat format, @Nullable String part, @Nullable Charset encoding) {
  /** Nothing is known. */
  public static final TableSource UNKNOWN = new TableSource(null, null, null);

  /** The first table of a file of a format. */
  public static TableSource of(TableFormat format) {
    return new TableSource(format, null, null);
  }

  /** What is known here, and what is not, from another one. */
  public TableSource or(TableSource other) {
    return new TableSource(
        format == null ? other.format : format,
        part == null ? other.part : part,
        encoding == null ? other.encoding : encoding);
  }
}
