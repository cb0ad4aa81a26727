package org.sidereus.cli;

import java.io.PrintWriter;
import java.io.Writer;
import org.sidereus.engine.Printable;

/** A writer to the console that escapes the control characters in what commands print. */
final class PrintableWriter extends Writer {
  private final PrintWriter out;

  private PrintableWriter(PrintWriter out) {
    this.out = out;
  }

  /** A writer before another one; it flushes at the end of each line. */
  static PrintWriter before(PrintWriter out) {
    return new PrintWriter(new PrintableWriter(out), true);
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    out.write(Printable.lines(new String(buffer, offset, length)));
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.close();
  }
}
