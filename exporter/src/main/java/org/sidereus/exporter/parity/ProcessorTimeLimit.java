package org.sidereus.exporter.parity;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.sidereus.engine.SidereusException;

/**
 * Work that evaluates a graph of another program, which may take any time: it runs in a thread of
 * its own and is left when it has used up its processor time. Other programs on the machine do not
 * shorten it.
 */
public final class ProcessorTimeLimit {
  private static final long CHECK_MILLIS = 100;
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Duration limit;

  /** A limit of processor time; of the clock where the virtual machine does not count that. */
  public ProcessorTimeLimit(Duration limit) {
    this.limit = limit;
  }

  /** The time that work may take. */
  public Duration limit() {
    return limit;
  }

  /**
   * Runs some work.
   *
   * @param end asks it to end, when it is late; called by the calling thread
   * @throws TimeoutException if it is late; its thread is a daemon and may still run
   */
  public <T> T run(Supplier<T> work, Runnable end) throws TimeoutException {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(task, "limited");
    thread.setDaemon(true);
    long start = System.nanoTime();
    thread.start();
    try {
      while (!task.isDone() && used(thread, start) < limit.toNanos()) {
        await(task, CHECK_MILLIS);
      }
      if (!task.isDone()) {
        end.run();
        await(task, GRACE.toMillis());
        throw new TimeoutException();
      }
      return task.get();
    } catch (InterruptedException e) {
      end.run();
      Thread.currentThread().interrupt();
      throw new SidereusException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  private static void await(FutureTask<?> task, long millis) throws InterruptedException {
    try {
      task.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | CancellationException e) {
      // the caller looks at the task
    }
  }

  private long used(Thread thread, long start) {
    long used =
        threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
            ? threads.getThreadCpuTime(thread.getId())
            : System.nanoTime() - start;
    return Math.max(0, used);
  }
}
