package org.sidereus.model.catalog;

import java.nio.file.Path;
import org.sidereus.model.mapping.Mapping;
import picocli.CommandLine.Option;

/** The option that says how the table of a survey is read. */
public final class MappingOption {
  @Option(
      names = "--mapping",
      paramLabel = "JSON",
      description =
          "How the columns of the catalogue become measurements (see docs/catalogs.md and the"
              + " folder surveys; default: columns have the observables' names).")
  private Path file;

  /** The catalogue in a file, with the mapping if one was given. */
  public CatalogSource source(Path catalog) {
    return CatalogSource.of(catalog, file == null ? null : Mapping.read(file));
  }
}
