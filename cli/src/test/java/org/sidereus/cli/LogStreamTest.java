package org.sidereus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LogStreamTest {
  private static final int MOST_KEPT = 10;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private static void write(LogStream stream, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    stream.write(bytes, 0, bytes.length);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @FunctionalInterface
  private interface Wait {
    void end() throws InterruptedException;
  }

  /** A pipe whose writer waits after each line until its reader has taken it. */
  private OutputStream pipe(Wait reader) {
    return new OutputStream() {
      @Override
      public void write(int one) {
        written.write(one);
      }

      @Override
      public void flush() {
        try {
          reader.end();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  /** The process may end right after its last line. */
  @Test
  void shouldHaveWrittenALineWhenTheCallEnds() {
    try (LogStream stream = new LogStream(() -> written, Duration.ofSeconds(30), MOST_KEPT)) {
      for (int i = 0; i < 200; i++) {
        write(stream, "line " + i + "\n");
        assertThat(text()).endsWith("line " + i + "\n");
      }
      assertThat(stream.takeLost()).isZero();
    }
  }

  /** As a pipe that nothing reads, and then something does. */
  @Test
  void shouldNotStandStillBehindAReaderThatDoes() throws Exception {
    CountDownLatch reads = new CountDownLatch(1);
    OutputStream pipe = pipe(reads::await);
    try (LogStream stream = new LogStream(() -> pipe, Duration.ofMillis(50), MOST_KEPT)) {
      long startNs = System.nanoTime();
      for (int i = 0; i < 1_000; i++) {
        write(stream, i + "\n");
      }
      assertThat(System.nanoTime() - startNs).isLessThan(Duration.ofSeconds(10).toNanos());
      assertThat(stream.takeLost()).as("while there is no room to say it").isZero();
      reads.countDown();
      while (text().lines().count() < MOST_KEPT + 1) {
        Thread.sleep(5);
      }
      assertThat(stream.takeLost()).isEqualTo(1_000 - MOST_KEPT - 1);
      write(stream, "again\n");
      while (!text().endsWith("again\n")) {
        Thread.sleep(5);
      }
      assertThat(text()).startsWith("0\n1\n2\n").endsWith(MOST_KEPT + "\nagain\n");
    }
  }

  /** As a pipe whose reader takes a line, sleeps, and takes the next. */
  @Test
  void shouldNotBeSlowedDownByASlowReader() throws Exception {
    OutputStream pipe = pipe(() -> Thread.sleep(40));
    try (LogStream stream = new LogStream(() -> pipe, Duration.ofMillis(50), MOST_KEPT)) {
      long startNs = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        write(stream, i + "\n");
        Thread.sleep(10);
      }
      long tookMs = (System.nanoTime() - startNs) / 1_000_000;
      assertThat(tookMs).as("100 lines, each of which takes the reader 40 ms").isLessThan(3_000);
      assertThat(text()).startsWith("0\n1\n2\n");
    }
  }

  @Test
  void shouldKeepTheLineOfAThreadThatIsInterrupted() throws Exception {
    try (LogStream stream = new LogStream(() -> written, Duration.ofSeconds(30), MOST_KEPT)) {
      Thread.currentThread().interrupt();
      write(stream, "one\n");
      assertThat(Thread.interrupted()).isTrue();
      while (!text().equals("one\n")) {
        Thread.sleep(5);
      }
    }
  }
}
