package org.sidereus.schemas.registry;

/**
 * The registry responds, but not as its API promises: wrong credentials, a wrong address, a
 * response that is no JSON. Correct the configuration; do not reject the event.
 */
public final class RegistryRefusedException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public RegistryRefusedException(String message) {
    super(message, null);
  }

  public RegistryRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetriable() {
    return false;
  }
}
