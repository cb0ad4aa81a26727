package org.sidereus.cli;

import java.io.PrintStream;
import org.sidereus.engine.Progress;

/**
 * Progress of long work on the terminal: one line that is rewritten in place. Without a terminal it
 * prints nothing, so that logs stay readable. Safe to advance from several threads.
 */
public final class TerminalProgress implements Progress {
  private static final int BAR_WIDTH = 30;
  private static final long REDRAW_INTERVAL_NS = 100_000_000L;

  private final String label;
  private final long total;
  private final PrintStream out;
  private final boolean visible;
  private final long startNs = System.nanoTime();
  private long done;
  private long lastDrawNs;

  private TerminalProgress(String label, long total, PrintStream out, boolean visible) {
    this.label = label;
    this.total = total;
    this.out = out;
    this.visible = visible;
  }

  /**
   * A bar on standard error.
   *
   * @param label what is being done
   * @param total number of steps, at least 1
   */
  public static TerminalProgress of(String label, long total) {
    if (total < 1) {
      throw new IllegalArgumentException("total must be at least 1 but is " + total);
    }
    return new TerminalProgress(label, total, System.err, Terminal.isInteractive());
  }

  @Override
  public synchronized void advance(long steps) {
    done += steps;
    long now = System.nanoTime();
    if (visible && (now - lastDrawNs > REDRAW_INTERVAL_NS || done >= total)) {
      lastDrawNs = now;
      draw(now);
    }
  }

  private void draw(long now) {
    double share = Math.min(1.0, (double) done / total);
    int filled = (int) Math.round(share * BAR_WIDTH);
    double elapsed = (now - startNs) * 1e-9;
    double left = share > 0 ? elapsed / share - elapsed : 0;
    out.printf(
        "\r%s [%s%s] %3.0f %%  %d/%d  %.0f s left ",
        label, "#".repeat(filled), ".".repeat(BAR_WIDTH - filled), 100 * share, done, total, left);
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (visible) {
      out.println();
    }
  }
}
