package org.sidereus.streams.topology;

/** The registry does not respond now. The event that needs it may be valid. */
public final class RegistryAbsentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The registry has been absent for too long. */
  RegistryAbsentException(String message) {
    super(message);
  }

  RegistryAbsentException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
