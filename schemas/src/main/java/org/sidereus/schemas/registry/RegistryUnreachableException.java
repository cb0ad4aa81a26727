package org.sidereus.schemas.registry;

import org.jspecify.annotations.Nullable;

/**
 * No registry responds: refused connections, time-outs, or responses of overload (HTTP 408, 429,
 * 5xx). Try again; do not reject the event.
 */
public final class RegistryUnreachableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public RegistryUnreachableException(String message) {
    super(message, null);
  }

  public RegistryUnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetriable() {
    return true;
  }
}
