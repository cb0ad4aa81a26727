package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StreamWatchdogTest {
  @Test
  @Timeout(20)
  void shouldSayWhereAThreadIs() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    Thread waiting = new Thread(() -> waitFor(end), "a thread that stalls");
    waiting.start();
    try {
      while (waiting.getState() != Thread.State.WAITING) {
        Thread.sleep(5);
      }

      assertThat(StreamWatchdog.place(waiting.getName()))
          .contains("CountDownLatch.await", " < ", "StreamWatchdogTest.waitFor")
          .doesNotContain("\n");
    } finally {
      end.countDown();
    }
  }

  @Test
  void shouldSayNothingOfAThreadThatDoesNotLive() {
    assertThat(StreamWatchdog.place("no such thread")).isEmpty();
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
