package org.sidereus.streams.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happens at SIGTERM or Ctrl-C. The Java virtual machine must not end while another thread
 * opens an engine: native code would go on with what is taken down. So the hook waits until there
 * is a service to close, or until the start has noticed that it is to stop.
 */
final class ShutdownHook implements AutoCloseable {
  /** Longer than the opening of one engine takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final CountDownLatch safe = new CountDownLatch(1);
  private final Thread thread = new Thread(this::stop, "shutdown");
  private @Nullable AutoCloseable service;
  private boolean stopping;

  private ShutdownHook() {}

  static ShutdownHook register() {
    ShutdownHook hook = new ShutdownHook();
    try {
      Runtime.getRuntime().addShutdownHook(hook.thread);
    } catch (IllegalStateException e) {
      // The process is ending before anything has started.
      hook.stopping = true;
    }
    return hook;
  }

  /** Whether the process is to end. */
  synchronized boolean isStopping() {
    return stopping;
  }

  /**
   * The hook closes the service from now on.
   *
   * @return false: the process is to end, and the service was closed
   */
  boolean closes(AutoCloseable started) {
    synchronized (this) {
      if (!stopping) {
        service = started;
        safe.countDown();
        return true;
      }
    }
    close(started);
    return false;
  }

  private void stop() {
    synchronized (this) {
      stopping = true;
    }
    try {
      if (!safe.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return;
    }
    AutoCloseable started;
    synchronized (this) {
      started = service;
    }
    if (started != null) {
      close(started);
    }
  }

  private static void close(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) {
      throw new IllegalStateException("the service cannot be closed", e);
    }
  }

  /** The start has ended, or the service has: nothing is open any more. */
  @Override
  public void close() {
    safe.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The process is ending.
    }
  }
}
