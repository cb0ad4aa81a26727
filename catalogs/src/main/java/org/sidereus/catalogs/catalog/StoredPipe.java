package org.sidereus.catalogs.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
import org.sidereus.catalogs.table.TableSource;

/** A pipe, which is kept in a temporary file so that it can be read again. For one thread. */
final class StoredPipe implements CatalogSource.Opener {
  private final Path pipe;
  private final TableSource source;
  private @Nullable Path stored;

  StoredPipe(Path pipe, TableSource source) {
    this.pipe = pipe;
    this.source = source;
  }

  @Override
  public Table open() throws IOException {
    if (stored == null) {
      Path target = Files.createTempFile("sidereus-", ".pipe");
      target.toFile().deleteOnExit();
      try (InputStream bytes = Files.newInputStream(pipe)) {
        Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
      }
      stored = target;
    }
    return TableFiles.open(pipe.toString(), stored, source);
  }
}
