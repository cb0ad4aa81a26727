package org.sidereus.schemas.registry;

/** The subject has versions with which the new schema is not compatible. */
public final class IncompatibleSchemaException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public IncompatibleSchemaException(String message) {
    super(message, null);
  }

  public IncompatibleSchemaException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetriable() {
    return false;
  }
}
