package org.sidereus.catalogs.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a table lies in its file. */
public enum TableFormat {
  /** Separated by commas (RFC 4180) or semicolons, with a header. */
  CSV,
  /** Separated by tabs, with a header. */
  TSV,
  /** Separated by blanks; the header may begin with {@code #}. */
  ASCII,
  /** Columns at fixed positions, below a header. */
  FIXED,
  /** ECSV of astropy: typed columns in a header of YAML. */
  ECSV,
  /** Machine-readable tables of the AAS journals and the CDS: a byte-by-byte description. */
  MRT,
  /** Tables of IPAC and IRSA. */
  IPAC,
  /** Binary and ASCII tables of FITS files. */
  FITS,
  /** VOTable of the IVOA. */
  VOTABLE,
  /** Apache Parquet. */
  PARQUET,
  /** Feather, version 2 (Arrow). */
  FEATHER,
  /** Structured arrays and arrays of NumPy: npy and npz. */
  NUMPY,
  /** Tables of HDF5 files, as pandas and astropy write them. */
  HDF5;

  /** The name in options and mapping files. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format of a name; null if there is none. */
  public static @Nullable TableFormat of(String option) {
    for (TableFormat format : values()) {
      if (format.option().equals(option)) {
        return format;
      }
    }
    return null;
  }

  /** All names. */
  public static String options() {
    return Arrays.stream(values()).map(TableFormat::option).collect(Collectors.joining(", "));
  }
}
