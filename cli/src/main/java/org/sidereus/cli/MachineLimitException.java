package org.sidereus.cli;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** The Java virtual machine lacks memory, stack or threads for the work. */
public final class MachineLimitException extends SidereusException {
  private static final long serialVersionUID = 1L;

  /**
   * The exit code of a program that ends for this reason. {@code -XX:+ExitOnOutOfMemoryError} has
   * the same.
   */
  public static final int EXIT_CODE = 3;

  private MachineLimitException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The limit that a failure has met.
   *
   * @return null: the failure has other causes only
   */
  public static @Nullable MachineLimitException of(Throwable failure) {
    int depth = 0;
    // A circle of causes ends, too.
    for (Throwable at = failure; at != null && depth < 100; at = at.getCause(), depth++) {
      if (at instanceof MachineLimitException known) {
        return known;
      }
      // What a reader has caught and explained is an error of its file.
      if (at instanceof SidereusException) {
        return null;
      }
      if (at instanceof VirtualMachineError limit) {
        return new MachineLimitException(sentence(limit), failure);
      }
    }
    return null;
  }

  private static String sentence(VirtualMachineError limit) {
    if (limit instanceof StackOverflowError) {
      return "the stack of a thread is used up; what is read is nested too deeply, or the stack is"
          + " too small: give it more by SIDEREUS_JAVA_OPTS=-Xss8m";
    }
    String what = String.valueOf(limit.getMessage());
    if (what.contains("thread")) {
      return "no further thread can be started (%s); raise the limit of processes of this user"
          .formatted(what);
    }
    if (what.contains("irect")) {
      return ("the memory outside the heap is used up (%s); give it more by"
              + " SIDEREUS_JAVA_OPTS=-XX:MaxDirectMemorySize=2g")
          .formatted(what);
    }
    return limit instanceof OutOfMemoryError
        ? ("the memory is used up (%s); give the program more by SIDEREUS_JAVA_OPTS=-Xmx4g, or less"
                + " to do at once")
            .formatted(what)
        : "the Java virtual machine has failed: " + limit;
  }
}
