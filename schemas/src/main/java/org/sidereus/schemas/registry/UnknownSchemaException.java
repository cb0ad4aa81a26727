package org.sidereus.schemas.registry;

/**
 * The registry has no Avro schema of this id, or no such subject, version or schema in the subject.
 */
public final class UnknownSchemaException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public UnknownSchemaException(String message) {
    super(message, null);
  }

  public UnknownSchemaException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetriable() {
    return false;
  }
}
