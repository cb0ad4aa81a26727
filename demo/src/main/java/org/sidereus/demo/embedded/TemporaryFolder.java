package org.sidereus.demo.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder that is deleted with all its files when it is closed. */
final class TemporaryFolder implements AutoCloseable {
  private static final int TRIES = 60;
  private static final long BETWEEN_TRIES_MS = 1_000;

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a folder in the temporary folder of the system.
   *
   * @param name beginning of its name
   * @throws IOException if the folder cannot be made
   */
  static TemporaryFolder make(String name) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(name + "-"));
  }

  Path path() {
    return path;
  }

  /**
   * Deletes the folder and everything in it. Threads of a service that was closed may still write
   * into it for a while.
   *
   * @throws UncheckedIOException if a file cannot be deleted
   */
  @Override
  public void close() {
    for (int i = 1; !delete(i == TRIES); i++) {
      try {
        Thread.sleep(BETWEEN_TRIES_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** False: not all is deleted. */
  private boolean delete(boolean isLast) {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path one : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
      return true;
    } catch (IOException e) {
      if (isLast) {
        throw new UncheckedIOException("cannot delete " + path, e);
      }
    } catch (UncheckedIOException e) {
      if (isLast) {
        throw e;
      }
    }
    return false;
  }
}
