package org.sidereus.catalogs.infer;

import java.io.IOException;
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
  private final PartFile part;
  private final List<OutputColumn> columns;
  private final ParquetFile table;

  /**
   * Begins a table.
   *
   * @throws org.sidereus.engine.SidereusException if the file cannot be made
   */
  ParquetOutput(Path file, List<OutputColumn> columns, BundleIdentity bundle) {
    this.columns = List.copyOf(columns);
    part = new PartFile(file);
    try {
      Map<String, String> metadata = metadata(bundle);
      metadata.put("IVOA.VOTable-Parquet.version", "1.0");
      metadata.put("IVOA.VOTable-Parquet.content", new DescribedColumns(columns, bundle).votable());
      table =
          new ParquetFile(
              part.written(),
              columns.stream()
                  .map(one -> new ParquetFile.Field(one.name(), type(one.type())))
                  .toList(),
              metadata);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
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
    try {
      table.endRow();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void commit() {
    try {
      table.finish();
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      table.close();
      part.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
