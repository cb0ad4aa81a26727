package org.sidereus.catalogs.infer;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.BundleIdentity;

/**
 * Writes a Parquet table. The bundle stands in the metadata of the file, and so does a VOTable
 * without data that has units and UCDs (the convention VOParquet 1.0, which TOPCAT and Astropy
 * read).
 */
final class ParquetOutput implements RowOutput {
  private final List<OutputColumn> columns;
  private final ParquetPart file;

  /**
   * Begins a table.
   *
   * @throws org.sidereus.engine.SidereusException if the file cannot be made
   */
  ParquetOutput(Path file, List<OutputColumn> columns, BundleIdentity bundle) {
    this.columns = List.copyOf(columns);
    Map<String, String> metadata = metadata(bundle);
    metadata.put("IVOA.VOTable-Parquet.version", "1.0");
    metadata.put("IVOA.VOTable-Parquet.content", new DescribedColumns(columns, bundle).votable());
    this.file =
        new ParquetPart(
            file,
            columns.stream()
                .map(one -> new ParquetFile.Field(one.name(), type(one.type())))
                .toList(),
            metadata);
  }

  /** What the metadata of a file say of the bundle. */
  static Map<String, String> metadata(BundleIdentity bundle) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("bundle", bundle.name());
    metadata.put("bundle_version", bundle.version());
    metadata.put("bundle_sha256", bundle.sha256());
    return metadata;
  }

  private static ParquetFile.Type type(OutputColumn.Type type) {
    return switch (type) {
      case TEXT -> ParquetFile.Type.TEXT;
      case INTEGER -> ParquetFile.Type.INTEGER;
      case FLOATING -> ParquetFile.Type.FLOATING;
    };
  }

  @Override
  public void write(List<String> row) {
    ParquetFile table = file.table();
    for (int i = 0; i < columns.size(); i++) {
      String cell = row.get(i);
      switch (columns.get(i).type()) {
        case TEXT -> table.text(i, cell);
        case INTEGER -> table.integer(i, Long.parseLong(cell));
        case FLOATING -> {
          if (cell.isEmpty()) {
            table.missing(i);
          } else {
            table.floating(i, Double.parseDouble(cell));
          }
        }
      }
    }
    file.endRow();
  }

  @Override
  public void commit() {
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
