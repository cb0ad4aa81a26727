package org.sidereus.simulators.process;

/** A simulator process that ended, or was ended, in place of a result. */
final class ProcessEndedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ProcessFailure failure;

  /**
   * The end of a process.
   *
   * @param failure how it ended
   * @param message how it ended, with its exit status and the end of its standard error
   */
  ProcessEndedException(ProcessFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /** Either CRASHED or TIMED_OUT. */
  ProcessFailure failure() {
    return failure;
  }
}
