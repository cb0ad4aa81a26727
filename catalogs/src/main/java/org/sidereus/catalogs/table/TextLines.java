package org.sidereus.catalogs.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** The lines of a text, with their numbers; lines can be looked at before they are taken. */
final class TextLines implements AutoCloseable {
  /** Most characters of a line. */
  private static final int LONGEST = 16 << 20;

  /** Most lines that are looked at ahead. */
  static final int MOST_AHEAD = 1000;

  private final String name;
  private final BufferedReader reader;
  private final Deque<String> ahead = new ArrayDeque<>();
  private long number;

  TextLines(String name, TextReader reader) {
    this.name = name;
    this.reader = new BufferedReader(reader, 1 << 16);
  }

  /** The next line without its end; null at the end. */
  @Nullable String next() throws IOException {
    String line = ahead.isEmpty() ? read() : ahead.remove();
    number += line == null ? 0 : 1;
    return line;
  }

  /** The number of the line that {@link #next} gave last, from 1. */
  long number() {
    return number;
  }

  /** The lines that come next, at most {@value #MOST_AHEAD}; they stay. */
  Iterable<String> ahead() throws IOException {
    while (ahead.size() < MOST_AHEAD) {
      String line = read();
      if (line == null) {
        break;
      }
      ahead.add(line);
    }
    return ahead;
  }

  private @Nullable String read() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = reader.read();
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (c == '\n') {
        return line.toString();
      }
      if (c == '\r') {
        reader.mark(1);
        if (reader.read() != '\n') {
          reader.reset();
        }
        return line.toString();
      }
      line.append((char) c);
      if (line.length() > LONGEST) {
        throw new SidereusException(
            "%s, line %d: the line has more than %d characters; this is no table of lines"
                .formatted(name, number + ahead.size() + 1, LONGEST));
      }
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
