package org.sidereus.engine.inference;

import org.sidereus.engine.SidereusException;

/** A graph could not be evaluated, or gave numbers that are no posterior. */
public final class InferenceException extends SidereusException {
  private static final long serialVersionUID = 1L;

  public InferenceException(String message) {
    super(message);
  }

  public InferenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
