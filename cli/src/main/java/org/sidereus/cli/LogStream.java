package org.sidereus.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Writes lines by a thread of its own, so that nobody stands still behind a reader that does: a
 * pipe takes no more when nothing reads it. A writer waits until its line is written, so that the
 * last line before the end of the process is there, but only for a moment. Then lines are kept, and
 * what is too much is lost and counted. Safe for threads.
 */
final class LogStream extends OutputStream {
  private final Supplier<? extends OutputStream> target;
  private final Duration patience;
  private final int mostKept;
  private final Thread writer = new Thread(this::writeAll, "log-writer");
  private final Deque<byte[]> kept = new ArrayDeque<>();
  private long added;
  private long written;
  private long lost;
  private boolean stuck;
  private boolean closed;

  /**
   * A stream whose thread has started.
   *
   * @param target where the lines go
   * @param patience longest time that a writer waits
   * @param mostKept lines that wait at most
   */
  LogStream(Supplier<? extends OutputStream> target, Duration patience, int mostKept) {
    this.target = target;
    this.patience = patience;
    this.mostKept = mostKept;
    writer.setDaemon(true);
    writer.start();
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    if (kept.size() >= mostKept) {
      lost++;
      return;
    }
    kept.add(Arrays.copyOfRange(bytes, from, from + length));
    added++;
    notifyAll();
    await(added);
  }

  private void await(long number) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    try {
      while (written < number && !stuck && !closed) {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          stuck = true;
        } else {
          wait(leftMs);
        }
      }
    } catch (InterruptedException e) {
      // The line is kept, and the thread has something else to do.
      Thread.currentThread().interrupt();
    }
  }

  /** Lines that were lost since the last call, if there is room to say it; 0: none. */
  synchronized long takeLost() {
    if (kept.size() >= mostKept) {
      return 0;
    }
    long taken = lost;
    lost = 0;
    return taken;
  }

  private void writeAll() {
    try {
      for (byte[] line = next(); line.length > 0; line = next()) {
        writeThrough(line);
        written();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeThrough(byte[] line) {
    try {
      OutputStream to = target.get();
      to.write(line);
      to.flush();
    } catch (IOException e) {
      // There is no other place to say it.
    }
  }

  private synchronized void written() {
    written++;
    stuck = false;
    notifyAll();
  }

  /** The next line; empty: the stream is closed. */
  private synchronized byte[] next() throws InterruptedException {
    while (kept.isEmpty() && !closed) {
      wait();
    }
    return kept.isEmpty() ? new byte[0] : kept.remove();
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
