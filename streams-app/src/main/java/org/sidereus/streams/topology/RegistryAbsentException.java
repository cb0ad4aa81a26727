package org.sidereus.streams.topology;

/** The registry does not respond now. The event that needs it may be valid. */
public final class RegistryAbsentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryAbsentException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
