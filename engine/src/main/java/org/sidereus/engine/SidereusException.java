package org.sidereus.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The exception of Sidereus, of which all others are kinds: a missing file, a broken row, a broker
 * that does not respond. The message is one line that says what is wrong, where, and what to do;
 * the command line prints it without a stack trace. Arguments that break the contract of a method
 * are refused by an {@link IllegalArgumentException} instead.
 */
public class SidereusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SidereusException(String message) {
    super(message);
  }

  public SidereusException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The message of an error in one line, with its kind where it has no message. A list in the
   * message, whose lines begin with two blanks, keeps its lines.
   */
  public static String describe(Throwable error) {
    String message = error.getMessage();
    if (message == null || message.isBlank()) {
      return error.getClass().getSimpleName();
    }
    String line = message.strip().replaceAll("[ \\t]*\\R(?! {2}\\S)\\s*", "; ");
    return error instanceof SidereusException
        ? line
        : error.getClass().getSimpleName() + ": " + line;
  }

  /** Why a file cannot be used, without the names of Java's exceptions. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it, or its folder, does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    return e instanceof FileSystemException one && one.getReason() != null
        ? one.getReason()
        : String.valueOf(e.getMessage());
  }
}
