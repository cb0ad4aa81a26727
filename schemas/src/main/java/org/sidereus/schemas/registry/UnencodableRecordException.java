package org.sidereus.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** A record that its own schema forbids, for example with null in a field that must not be null. */
public final class UnencodableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  UnencodableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
