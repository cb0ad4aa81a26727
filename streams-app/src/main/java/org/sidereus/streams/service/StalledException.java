package org.sidereus.streams.service;

import org.sidereus.engine.SidereusException;

/**
 * The stream makes no progress although the brokers respond. A new process begins after the last
 * commit.
 */
public final class StalledException extends SidereusException {
  private static final long serialVersionUID = 1L;

  public StalledException(String message) {
    super(message);
  }
}
