package org.sidereus.model.bundle;

import org.sidereus.command.UserError;

/** A bundle that cannot be used. The message says what is wrong, where, and what to do. */
public final class BundleException extends UserError {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
