package org.sidereus.integration.plant;

import java.util.Locale;

/** What a fault test says it did, line by line, with the seconds since its beginning. */
public final class Diary {
  private final String name;
  private final long startNs = System.nanoTime();

  /** A diary of a test. */
  public Diary(String name) {
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
