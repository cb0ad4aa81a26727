package org.sidereus.catalogs.infer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;

/** The formats of tables of posteriors, by the ending of the file's name. */
public enum OutputFormat {
  /** Without units and metadata. */
  CSV("csv"),
  /** CSV with a header of units and metadata (Astropy APE6). */
  ECSV("ecsv"),
  /** A binary table in the first extension. */
  FITS("fits", "fit"),
  VOTABLE("vot", "votable", "xml"),
  PARQUET("parquet");

  private final List<String> endings;

  OutputFormat(String... endings) {
    this.endings = List.of(endings);
  }

  /**
   * The format of a file. A name without an ending, and what is no file such as a pipe, is CSV.
   *
   * @throws SidereusException if the ending is unknown; the message has all endings
   */
  public static OutputFormat of(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    if (dot <= 0 || PartFile.isSpecial(file)) {
      return CSV;
    }
    String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.endings.contains(ending))
        .findFirst()
        .orElseThrow(
            () ->
                new SidereusException(
                    "%s: the ending of a table is one of %s, not .%s"
                        .formatted(
                            file,
                            Arrays.stream(values())
                                .flatMap(format -> format.endings.stream())
                                .map(one -> "." + one)
                                .collect(Collectors.joining(", ")),
                            ending)));
  }

  /**
   * Begins a file in this format.
   *
   * @param bundle stands in the metadata, where the format has any
   * @throws SidereusException if it cannot be made
   */
  public RowOutput open(Path file, List<OutputColumn> columns, BundleIdentity bundle) {
    return switch (this) {
      case CSV -> new TableWriter(file, columns.stream().map(OutputColumn::name).toList());
      case ECSV -> TableWriter.ecsv(file, columns, bundle);
      case FITS, VOTABLE -> new StilOutput(file, this, columns, bundle);
      case PARQUET -> new ParquetOutput(file, columns, bundle);
    };
  }
}
