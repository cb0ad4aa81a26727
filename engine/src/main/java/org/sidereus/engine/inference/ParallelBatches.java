package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Does the batches of one call in the calling thread and some helpers. Safe for threads. */
final class ParallelBatches implements AutoCloseable {
  private final int helperCount;
  private final @Nullable ExecutorService helpers;

  /**
   * Threads for batches.
   *
   * @param workers batches of one call at the same time, at least 1
   */
  ParallelBatches(int workers) {
    helperCount = workers - 1; // the caller works, too
    helpers = helperCount == 0 ? null : Executors.newFixedThreadPool(helperCount, daemons());
  }

  /** Does all batches and returns when no thread works on one; the first failure is thrown. */
  void forEach(int batches, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    Runnable loop =
        () -> {
          try {
            for (int b = next.getAndIncrement(); b < batches; b = next.getAndIncrement()) {
              work.accept(b);
            }
          } catch (RuntimeException | Error e) {
            next.set(batches); // nobody needs the rest
            throw e;
          }
        };
    List<Future<?>> running = new ArrayList<>();
    if (helpers != null) {
      for (int i = 0; i < Math.min(helperCount, batches - 1); i++) {
        running.add(helpers.submit(loop));
      }
    }
    @Nullable Throwable failure = null;
    try {
      loop.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    // the caller may change the rows again only after all reads of them have ended
    for (Future<?> helper : running) {
      Throwable other = await(helper);
      failure = failure == null ? other : failure;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static @Nullable Throwable await(Future<?> helper) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return null;
        } catch (ExecutionException e) {
          return e.getCause();
        } catch (InterruptedException e) {
          interrupted = true; // a batch takes milliseconds: finish it, then pass the signal on
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ThreadFactory daemons() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "posterior-engine-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }
}
