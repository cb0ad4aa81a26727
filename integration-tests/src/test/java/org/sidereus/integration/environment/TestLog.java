package org.sidereus.integration.environment;

import java.util.Locale;

/** The output of a fault test: one line for each step, with the seconds since its start. */
public final class TestLog {
  private final String name;
  private final long startNs = System.nanoTime();

  /** A log of a test. */
  public TestLog(String name) {
    this.name = name;
  }

  /** Writes a line. */
  public void note(String format, Object... arguments) {
    System.out.printf(
        Locale.ROOT,
        "[%s %6.1f s] %s%n",
        name,
        1e-9 * (System.nanoTime() - startNs),
        String.format(Locale.ROOT, format, arguments));
  }
}
