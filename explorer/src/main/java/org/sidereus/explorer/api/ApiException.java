package org.sidereus.explorer.api;

/** A request that has no result: its status of HTTP, and a sentence that says why. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Something that is not there. */
  static ApiException missing(String what) {
    return new ApiException(404, what);
  }

  /** A parameter that is not right. */
  static ApiException wrong(String what) {
    return new ApiException(400, what);
  }

  /** Status of HTTP. */
  public int status() {
    return status;
  }
}
