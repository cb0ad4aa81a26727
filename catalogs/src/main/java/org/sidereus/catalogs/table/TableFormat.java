package org.sidereus.catalogs.table;

/** How a table lies in its file. */
public sealed interface TableFormat {
  /** A CSV file with a header, UTF-8. */
  record Csv() implements TableFormat {}

  /**
   * A binary table of a FITS file.
   *
   * @param hdu number of its header-data unit, from 0
   */
  record FitsBinary(int hdu) implements TableFormat {
    public FitsBinary {
      if (hdu < 1) {
        throw new IllegalArgumentException(
            "hdu must be at least 1, because the primary unit is no table, but is " + hdu);
      }
    }
  }
}
