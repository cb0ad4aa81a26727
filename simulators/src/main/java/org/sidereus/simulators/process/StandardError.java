package org.sidereus.simulators.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.sidereus.engine.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies what a process writes to its standard error into the log, and keeps the last lines. */
final class StandardError {
  private static final Logger LOG = LoggerFactory.getLogger(StandardError.class);

  /** Characters of a line; what is longer is parted. */
  private static final int LONGEST_LINE = 2000;

  private static final int KEPT = 3;
  private static final long DRAIN_MILLIS = 1000;

  private final int number;
  private final Deque<String> last = new ArrayDeque<>();
  private final Thread thread;

  /**
   * Begins to copy.
   *
   * @param number of the process
   * @param stream its standard error
   */
  StandardError(int number, InputStream stream) {
    this.number = number;
    thread = new Thread(() -> copy(stream), "simulator-" + number + "-stderr");
    thread.setDaemon(true);
    thread.start();
  }

  private void copy(InputStream stream) {
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      StringBuilder line = new StringBuilder();
      char[] buffer = new char[4096];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        for (int i = 0; i < n; i++) {
          if (buffer[i] == '\n' || line.length() == LONGEST_LINE) {
            end(line);
          }
          if (buffer[i] != '\n') {
            line.append(buffer[i]);
          }
        }
      }
      end(line);
    } catch (IOException e) {
      LOG.debug("the standard error of simulator {} ends: {}", number, e.getMessage());
    }
  }

  private void end(StringBuilder line) {
    String text = line.toString().stripTrailing();
    line.setLength(0);
    if (!text.isBlank()) {
      LOG.info("simulator {}: {}", number, text);
      synchronized (last) {
        last.addLast(text.strip());
        if (last.size() > KEPT) {
          last.removeFirst();
        }
      }
    }
  }

  /** The last lines of a process that has ended; empty if it wrote none. */
  String end() {
    try {
      thread.join(DRAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (last) {
      return Printable.of(String.join(" | ", last));
    }
  }
}
