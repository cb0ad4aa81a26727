package org.sidereus.catalogs.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.mapping.Mapping;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options for the objects of a table, for every command that reads a table. */
public final class ObjectOptions {
  @Option(
      names = "--mapping",
      paramLabel = "JSON",
      description =
          "How the columns of the catalogue become measurements (see docs/guide/catalogs.md and the"
              + " folder surveys; default: columns have the observables' names).")
  private @Nullable Path mapping;

  @Option(
      names = "--id-column",
      paramLabel = "C",
      description =
          "Column of the object's identifier (default: object, else id, else the first column if it"
              + " is no observable, else the number of the row).")
  private @Nullable String idColumn;

  @Option(
      names = "--visit-column",
      paramLabel = "C",
      description =
          "Column of the visit: rows of one object with different visits are independent"
              + " measurements of the same quantities and are combined (default: visit).")
  private @Nullable String visitColumn;

  @ArgGroup private GroupOptions group = new GroupOptions();

  /** One of the two. */
  private static final class GroupOptions {
    @Option(
        names = "--group-column",
        paramLabel = "C",
        description = "Column of the object's group; where it is empty the object is not combined.")
    private @Nullable String column;

    @Option(
        names = "--group",
        paramLabel = "NAME",
        description = "Combine all objects into the group of this name.")
    private @Nullable String name;
  }

  /**
   * The catalogue in a file, with the mapping if one was given.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be read
   */
  public CatalogSource source(Path file) {
    return CatalogSource.of(file, mapping == null ? null : Mapping.read(mapping));
  }

  /**
   * The columns that the options name.
   *
   * @param time column of the time of observation; null: the command has no such option, or it was
   *     not given
   */
  public ColumnOptions columns(@Nullable String time) {
    return new ColumnOptions(idColumn, new Grouping(group.column, group.name), time, visitColumn);
  }
}
