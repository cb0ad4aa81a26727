package org.sidereus.streams.topology;

import org.sidereus.engine.inference.Encoding;
import org.sidereus.schemas.RejectionReason;

/**
 * Why an event or an inference request has no posterior.
 *
 * @param detail what was wrong and what to do, in one sentence
 */
record RejectionCause(RejectionReason reason, String detail) {

  /** The reason in the contract for the reason of an encoder. */
  static RejectionReason reason(Encoding.Reason reason) {
    return switch (reason) {
      case MISSING_OBSERVABLE -> RejectionReason.MISSING_OBSERVABLE;
      case NOT_FINITE -> RejectionReason.NOT_FINITE;
      case NON_POSITIVE_ERROR -> RejectionReason.NON_POSITIVE_ERROR;
      case SHARED_ERRORS -> RejectionReason.SHARED_ERRORS;
    };
  }
}
