package org.sidereus.schemas.registry;

/**
 * No registry answered: refused connections, time-outs, or answers of overload (HTTP 408, 429,
 * 5xx). Try again; do not reject the event.
 */
public final class RegistryUnreachableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public RegistryUnreachableException(String message) {
    super(message, null);
  }

  public RegistryUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetriable() {
    return true;
  }
}
