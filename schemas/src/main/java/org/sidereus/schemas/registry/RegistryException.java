package org.sidereus.schemas.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The Schema Registry did not do what it was called for. The event is not the cause. */
public abstract sealed class RegistryException extends KafkaException
    permits RegistryUnreachableException,
        RegistryRefusedException,
        UnknownSchemaException,
        IncompatibleSchemaException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether the same call may succeed later with nothing changed by hand. */
  public abstract boolean isRetriable();
}
