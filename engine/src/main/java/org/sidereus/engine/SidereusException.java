package org.sidereus.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Something the user can mend: a missing file, a broken row, a broker that does not answer. The
 * message is one line that says what was wrong, where, and what to do; the command line prints it
 * without a stack trace.
 */
public class SidereusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SidereusException(String message) {
    super(message);
  }

  public SidereusException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The message of a fault in one line, with its kind where it has no message. */
  public static String describe(Throwable fault) {
    String message = fault.getMessage();
    if (message == null || message.isBlank()) {
      return fault.getClass().getSimpleName();
    }
    String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
    return fault instanceof SidereusException
        ? line
        : fault.getClass().getSimpleName() + ": " + line;
  }

  /** Why a file cannot be used, without the names of Java's exceptions. */
  public static String reason(IOException fault) {
    if (fault instanceof NoSuchFileException) {
      return "it, or its folder, does not exist";
    }
    if (fault instanceof AccessDeniedException) {
      return "access is denied";
    }
    return fault instanceof FileSystemException one && one.getReason() != null
        ? one.getReason()
        : fault.getMessage();
  }
}
