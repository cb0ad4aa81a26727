package org.sidereus.simulators.run;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;

/**
 * Work on many rows by several threads. Each thread takes the next chunk of rows as soon as it is
 * free.
 *
 * @param rows number of rows
 * @param threads number of threads, at least 1
 */
public record ParallelChunks(int rows, int threads) {
  private static final int CHUNK = 256;

  public ParallelChunks {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
  }

  /** The work of one thread; it has memory of its own. */
  @FunctionalInterface
  public interface Work {
    /**
     * Works on a chunk.
     *
     * @param from first row
     * @param to row after the last
     */
    void on(int from, int to);
  }

  /**
   * Works on all rows.
   *
   * @param works makes the work of a thread
   * @param progress is advanced by the number of finished rows
   * @throws SidereusException if a chunk throws one or the thread is interrupted
   */
  public void run(Supplier<Work> works, Progress progress) {
    AtomicInteger next = new AtomicInteger();
    Callable<Integer> task =
        () -> {
          Work work = works.get();
          for (int from = next.getAndAdd(CHUNK); from < rows; from = next.getAndAdd(CHUNK)) {
            int to = Math.min(from + CHUNK, rows);
            work.on(from, to);
            progress.advance(to - from);
          }
          return rows;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Integer> finished : pool.invokeAll(Collections.nCopies(threads, task))) {
        finished.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("the simulation was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SidereusException error) {
        throw error;
      }
      throw new IllegalStateException("a run failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
