package org.sidereus.catalogs.table;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A row that cannot be used. The rows after it can be read, so that a command can name all broken
 * rows of a file. The message has the file and the place of the row.
 */
public final class BrokenRowException extends SidereusException {
  private static final long serialVersionUID = 1L;

  public BrokenRowException(String message) {
    super(TableInput.withoutControls(message));
  }

  public BrokenRowException(String message, @Nullable Throwable cause) {
    super(TableInput.withoutControls(message), cause);
  }

  /** A row of a file, with what is wrong. */
  public static BrokenRowException at(String file, String place, String what) {
    return new BrokenRowException(
        "%s, %s: %s; correct or remove the row".formatted(file, place, what));
  }
}
