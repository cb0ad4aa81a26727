package org.sidereus.cli;

import java.io.Console;

/** The terminal of a person. */
public final class Terminal {
  private Terminal() {}

  /** Whether a person reads the output: neither input nor output is a file or a pipe. */
  @SuppressWarnings("SystemConsoleNull") // there may be none in Java 17 to 21, and from 25 on
  public static boolean isInteractive() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Java 22 to 24 have a console also where there is no terminal, and this method to tell.
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the console cannot be asked", e);
    }
  }
}
