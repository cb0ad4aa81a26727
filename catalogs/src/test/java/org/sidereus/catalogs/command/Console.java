package org.sidereus.catalogs.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.sidereus.cli.Sidereus;
import picocli.CommandLine;

/** Runs commands of the program and keeps what they print. */
final class Console {
  /** What all commands have printed as errors. */
  final StringWriter err = new StringWriter();

  /** What the last command has printed. */
  StringWriter out = new StringWriter();

  /**
   * Runs a command.
   *
   * @param words the command and its arguments, as text
   * @return its exit code
   */
  int sidereus(Object... words) {
    out = new StringWriter();
    CommandLine line = Sidereus.commandLine();
    line.setErr(new PrintWriter(err));
    line.setOut(new PrintWriter(out));
    return line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
  }
}
