package org.sidereus.streams.topology;

/** The registry does not answer now; the event at hand may be perfect. */
final class RegistryAbsentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryAbsentException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
