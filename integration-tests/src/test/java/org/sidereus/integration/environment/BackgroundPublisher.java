package org.sidereus.integration.environment;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** Publishes a survey while an action runs. */
public final class BackgroundPublisher {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private BackgroundPublisher() {}

  /**
   * Publishes slice after slice, slowly while the action runs and the rest at once, and waits for
   * both.
   *
   * @param slices number of slices
   * @param publish publishes a slice by its number
   */
  public static void during(Runnable action, int slices, IntConsumer publish) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(action);
    for (int i = 0; i < slices; i++) {
      publish.accept(i);
      if (!running.isDone()) {
        ServiceProcess.pause(PAUSE);
      }
    }
    running.join();
  }
}
