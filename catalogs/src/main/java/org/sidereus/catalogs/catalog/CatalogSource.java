package org.sidereus.catalogs.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.table.CsvTable;
import org.sidereus.catalogs.table.FitsTable;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFormat;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;

/**
 * A catalogue that can be read from its beginning any number of times.
 *
 * @param name name for messages
 * @param stem name without folder and extensions
 * @param mapping how its columns become measurements; null: they have the observables' names
 */
public record CatalogSource(String name, String stem, Opener opener, @Nullable Mapping mapping) {

  /** Opens the table at its first row. */
  @FunctionalInterface
  interface Opener {
    Table open() throws IOException;
  }

  /** A CSV file whose columns have the names of observables. */
  public static CatalogSource of(Path file) {
    return of(file, null);
  }

  /**
   * A file.
   *
   * @param mapping how its columns become measurements; null: they have the observables' names
   * @throws SidereusException if it cannot be read
   */
  public static CatalogSource of(Path file, @Nullable Mapping mapping) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new SidereusException(
          file
              + " cannot be read; name a "
              + (mapping == null ? "CSV file with a header" : "file that the mapping describes"));
    }
    String fileName = String.valueOf(file.getFileName()).replaceFirst("\\.gz$", "");
    int dot = fileName.lastIndexOf('.');
    Opener opener =
        mapping != null && mapping.source().format() == TableFormat.FITS
            ? () -> new FitsTable(file, hdu(mapping.source()))
            : () -> new CsvTable(file.toString(), text(Files.newInputStream(file)));
    return new CatalogSource(
        file.toString(), dot > 0 ? fileName.substring(0, dot) : fileName, opener, mapping);
  }

  /** A CSV file that is shipped with the program. */
  public static CatalogSource of(URL resource, String stem) {
    return new CatalogSource(
        stem, stem, () -> new CsvTable(stem, text(resource.openStream())), null);
  }

  Table open() {
    try {
      return opener.open();
    } catch (IOException e) {
      throw new SidereusException(
          name + " cannot be read: " + e.getMessage() + "; check the file", e);
    }
  }

  private static int hdu(TableSource source) {
    return source.part() == null ? 1 : Integer.parseInt(source.part());
  }

  private static Reader text(InputStream bytes) {
    return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }
}
