package org.sidereus.catalogs.infer;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.sidereus.engine.SidereusException;

/**
 * Writes a CSV file that appears only when it is complete: rows go to a file beside it, which takes
 * the name with {@link #commit}. Closed without a commit, it leaves nothing, and an older file of
 * that name as it was. A target that is no file, such as a pipe, is written directly.
 */
public final class TableWriter implements AutoCloseable {
  private final Path file;
  private final Path written;
  private final CsvWriter csv;
  private boolean open = true;

  /**
   * Begins a table.
   *
   * @throws SidereusException if the file cannot be made
   */
  public TableWriter(Path file, List<String> header) {
    this.file = file;
    boolean special = Files.exists(file) && !Files.isRegularFile(file);
    written =
        special
            ? file
            : file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      if (Files.isDirectory(file)) {
        throw new SidereusException(file + " is a folder; name a file");
      }
      csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(written);
    } catch (IOException e) {
      throw unwritable(e);
    }
    write(header);
  }

  /** Adds a row. */
  public void write(List<String> row) {
    try {
      csv.writeRecord(row);
    } catch (UncheckedIOException e) {
      throw unwritable(Objects.requireNonNull(e.getCause(), "cause"));
    }
  }

  /** Ends the table and gives it its name. */
  public void commit() {
    try {
      open = false;
      csv.close();
      if (!written.equals(file)) {
        move();
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void move() throws IOException {
    try {
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      csv.close();
      if (!written.equals(file)) {
        Files.deleteIfExists(written);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private SidereusException unwritable(IOException cause) {
    return new SidereusException(
        "%s cannot be written: %s; check that its folder exists and has room"
            .formatted(file, SidereusException.reason(cause)),
        cause);
  }
}
