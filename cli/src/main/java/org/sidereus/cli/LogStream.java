package org.sidereus.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Writes lines by a thread of its own, so that nobody stands still behind a reader that does: a
 * pipe takes no more when nothing reads it. A writer waits until its line is written, so that the
 * last line before the end of the process is there. All waits that are longer than usual take a
 * fiftieth of the time at most, so that a slow reader does not slow the program down either. What
 * is not waited for is kept, and what is too much is lost and counted. Safe for threads.
 */
final class LogStream extends OutputStream {
  /** A reader that keeps up takes a line in less. */
  private static final long USUAL_NS = 1_000_000;

  /** The part of the time that longer waits may take. */
  private static final int PARTS = 50;

  private final Supplier<? extends OutputStream> target;
  private final Duration patience;
  private final int mostKept;
  private final Thread writer = new Thread(this::writeAll, "log-writer");
  private final Deque<byte[]> kept = new ArrayDeque<>();
  private long added;
  private long written;
  private long lost;

  /** Time that writers may wait now, and when it was reckoned. */
  private long creditNs;

  private long reckonedNs;
  private boolean closed;

  /**
   * A stream whose thread has started.
   *
   * @param target where the lines go
   * @param patience longest time that writers wait at once
   * @param mostKept lines that wait at most
   */
  LogStream(Supplier<? extends OutputStream> target, Duration patience, int mostKept) {
    this.target = target;
    this.patience = patience;
    this.mostKept = mostKept;
    this.creditNs = patience.toNanos();
    this.reckonedNs = System.nanoTime();
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
    long startNs = System.nanoTime();
    long patienceNs = patience.toNanos();
    creditNs = Math.min(patienceNs, creditNs + (startNs - reckonedNs) / PARTS);
    reckonedNs = startNs;
    try {
      while (written < number && !closed) {
        long leftNs = creditNs - (System.nanoTime() - startNs);
        if (leftNs <= 0) {
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      }
    } catch (InterruptedException e) {
      // The line is kept, and the thread has something else to do.
      Thread.currentThread().interrupt();
    }
    creditNs -= Math.max(0, System.nanoTime() - startNs - USUAL_NS);
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
