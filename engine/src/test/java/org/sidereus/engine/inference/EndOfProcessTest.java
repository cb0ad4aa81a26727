package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.testing.LinearGaussianBundle;

/** A process may end while other threads open and use engines. */
class EndOfProcessTest {
  private static final int THREADS = 3;

  @TempDir Path folder;

  /** Opens engines and infers in threads that nobody stops, and ends after a moment. */
  static final class BusyEngines {
    public static void main(String[] args) throws InterruptedException {
      Bundle bundle = Bundle.load(Path.of(args[0]));
      CountDownLatch busy = new CountDownLatch(THREADS);
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> work(bundle, busy));
        thread.setDaemon(true);
        thread.start();
      }
      busy.await();
      // As a service that cannot end its threads in time.
      Runtime.getRuntime().addShutdownHook(new Thread(BusyEngines::pause));
      System.exit(7);
    }

    private static void work(Bundle bundle, CountDownLatch busy) {
      while (true) {
        try (PosteriorEngine engine =
            PosteriorEngine.open(bundle, EngineOptions.defaults().withDevice(Device.CPU))) {
          engine.warmUp();
          busy.countDown();
        }
      }
    }

    private static void pause() {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void shouldEndWithItsOwnCodeWhileEnginesAreBusy() throws Exception {
    Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                BusyEngines.class.getName(),
                bundle.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(7);
    } finally {
      process.destroyForcibly();
    }
  }
}
