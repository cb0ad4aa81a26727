package org.sidereus.streams.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sidereus.command.UserError;

/**
 * Where a catalogue can be read from its beginning, as often as needed.
 *
 * @param name name for messages
 * @param stem name without folder and extension
 */
public record CatalogSource(String name, String stem, Opener opener) {

  /** Opens the bytes. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  /** A file. */
  public static CatalogSource of(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UserError(file + " cannot be read; name a CSV file with a header");
    }
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return new CatalogSource(
        file.toString(), dot > 0 ? name.substring(0, dot) : name, () -> Files.newInputStream(file));
  }

  /** A resource that is shipped with the program. */
  public static CatalogSource of(URL resource, String stem) {
    return new CatalogSource(stem, stem, resource::openStream);
  }

  Reader reader() throws IOException {
    return new BufferedReader(new InputStreamReader(opener.open(), StandardCharsets.UTF_8));
  }
}
