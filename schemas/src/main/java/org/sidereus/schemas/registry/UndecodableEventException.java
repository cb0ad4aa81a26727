package org.sidereus.schemas.registry;

import java.util.Objects;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.RejectionReason;

/**
 * An event whose bytes are not one record of the expected contract. A second try gives the same
 * result, so the event belongs on the rejections topic.
 */
public final class UndecodableEventException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  UndecodableEventException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** What is wrong with the bytes. */
  public Reason reason() {
    return reason;
  }

  /** The reason to put into the rejection of this event. */
  public RejectionReason rejectionReason() {
    return reason.rejectionReason();
  }

  /** What is wrong with the bytes. */
  public enum Reason {
    /** Fewer than the 5 bytes of magic byte and schema id. */
    TOO_SHORT(RejectionReason.MALFORMED),
    /** The first byte is not 0: not written by a serializer with a Schema Registry. */
    WRONG_MAGIC_BYTE(RejectionReason.MALFORMED),
    /** The registry has no Avro schema of the id: written against another registry? */
    UNKNOWN_SCHEMA_ID(RejectionReason.UNKNOWN_SCHEMA),
    /** The schema is known, but the expected record cannot be read from it. */
    FOREIGN_SCHEMA(RejectionReason.UNKNOWN_SCHEMA),
    /** The record ends before its schema does. */
    TRUNCATED(RejectionReason.MALFORMED),
    /** The record ends before its bytes do. */
    TRAILING_BYTES(RejectionReason.MALFORMED),
    /** The bytes contradict the schema: an enum or union index that does not exist, and so on. */
    CORRUPT(RejectionReason.MALFORMED);

    private final RejectionReason rejectionReason;

    Reason(RejectionReason rejectionReason) {
      this.rejectionReason = rejectionReason;
    }

    /** The reason to put into the rejection of such an event. */
    public RejectionReason rejectionReason() {
      return rejectionReason;
    }
  }
}
