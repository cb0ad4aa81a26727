package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that Java does not send itself. */
enum Signal {
  /** The process stands still; its connections stay open. */
  STOP,
  /** It goes on. */
  CONT;

  /** Sends the signal. */
  void to(Process process) {
    try {
      new ProcessBuilder("kill", "-" + name(), Long.toString(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
