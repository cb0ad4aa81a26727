package org.sidereus.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Writers to the console for programs that run for days. A program goes on, and ends, also where
 * its output is a pipe that nothing reads; then lines are lost.
 */
public final class PatientWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOST_KEPT = 1_000;

  private PatientWriter() {}

  /** A writer before another one. It has a thread of its own, and flushes at the end of a line. */
  public static PrintWriter before(PrintWriter out) {
    OutputStream target =
        new OutputStream() {
          @Override
          public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            out.write(new String(bytes, from, length, StandardCharsets.UTF_8));
          }

          @Override
          public void flush() {
            out.flush();
          }
        };
    return new PrintWriter(
        new LogStream(() -> target, PATIENCE, MOST_KEPT), true, StandardCharsets.UTF_8);
  }
}
