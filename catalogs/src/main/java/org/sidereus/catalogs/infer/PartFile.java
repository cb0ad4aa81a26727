package org.sidereus.catalogs.infer;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sidereus.engine.SidereusException;

/**
 * A file that appears only when it is complete: what is written goes to a file beside it, which
 * takes the name with {@link #commit}. A target that is no file, such as a pipe, is written
 * directly.
 */
final class PartFile {
  private final Path file;
  private final Path written;

  /**
   * A part of a file; nothing is made yet.
   *
   * @throws SidereusException if the file is a folder
   */
  PartFile(Path file) {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw new SidereusException(file + " is a folder; name a file");
    }
    written =
        isSpecial(file)
            ? file
            : file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
  }

  /** Whether something that is no file, such as a pipe, has this name. */
  static boolean isSpecial(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  /** Where to write. */
  Path written() {
    return written;
  }

  /** Gives what is written its name. */
  void commit() throws IOException {
    if (written.equals(file)) {
      return;
    }
    try {
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Removes what is written. */
  void discard() throws IOException {
    if (!written.equals(file)) {
      Files.deleteIfExists(written);
    }
  }

  /** The error where it cannot be written. */
  SidereusException unwritable(IOException cause) {
    return new SidereusException(
        "%s cannot be written: %s; check that its folder exists and has room"
            .formatted(file, SidereusException.reason(cause)),
        cause);
  }
}
