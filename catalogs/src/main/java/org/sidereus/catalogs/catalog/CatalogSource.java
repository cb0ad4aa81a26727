package org.sidereus.catalogs.catalog;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
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
    return of(file, mapping, TableSource.UNKNOWN);
  }

  /**
   * A file.
   *
   * @param mapping how its columns become measurements; null: they have the observables' names
   * @param source what options say of the file, before the mapping
   * @throws SidereusException if it cannot be read
   */
  public static CatalogSource of(Path file, @Nullable Mapping mapping, TableSource source) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new SidereusException(
          file
              + " cannot be read; name a "
              + (mapping == null ? "table" : "file that the mapping describes"));
    }
    TableSource known = mapping == null ? source : source.or(mapping.source());
    String fileName =
        String.valueOf(file.getFileName()).replaceFirst("(?i)\\.(gz|bz2|xz|z|zip)$", "");
    int dot = fileName.lastIndexOf('.');
    return new CatalogSource(
        file.toString(),
        dot > 0 ? fileName.substring(0, dot) : fileName,
        Files.isRegularFile(file)
            ? () -> TableFiles.open(file, known)
            : new StoredPipe(file, known),
        mapping);
  }

  /** A CSV file that is shipped with the program. */
  public static CatalogSource of(URL resource, String stem) {
    return new CatalogSource(
        stem,
        stem,
        () -> TableFiles.open(stem, resource.openStream(), TableSource.of(TableFormat.CSV)),
        null);
  }

  Table open() {
    try {
      return opener.open();
    } catch (IOException e) {
      throw new SidereusException(
          name + " cannot be read: " + e.getMessage() + "; check the file", e);
    }
  }
}
