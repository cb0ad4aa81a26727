package org.sidereus.schemas.registry;

import org.apache.kafka.common.KafkaException;

/** The Schema Registry did not do what was asked. The event at hand is not to blame. */
public abstract sealed class RegistryException extends KafkaException
    permits RegistryUnreachableException,
        RegistryRefusedException,
        UnknownSchemaException,
        IncompatibleSchemaException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the same call may succeed later with nothing changed by hand. */
  public abstract boolean isRetriable();
}
