package org.sidereus.command;

/**
 * Something the user can mend: a missing file, a broken row, a broker that does not answer. The
 * message is one line that says what was wrong, where, and what to do; the command line prints it
 * without a stack trace.
 */
public class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }

  /** The message of a fault in one line, with its kind where it has no message. */
  static String describe(Throwable fault) {
    String message = fault.getMessage();
    if (message == null || message.isBlank()) {
      return fault.getClass().getSimpleName();
    }
    String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
    return fault instanceof UserError ? line : fault.getClass().getSimpleName() + ": " + line;
  }
}
