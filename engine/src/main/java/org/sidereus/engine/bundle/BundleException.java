package org.sidereus.engine.bundle;

import org.sidereus.engine.SidereusException;

/** A bundle that cannot be used. The message says what is wrong, where, and what to do. */
public final class BundleException extends SidereusException {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
