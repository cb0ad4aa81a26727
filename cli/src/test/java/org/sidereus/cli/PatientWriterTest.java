package org.sidereus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PatientWriterTest {
  @Test
  void shouldHaveWrittenALineWhenTheCallEnds() {
    StringWriter out = new StringWriter();
    PrintWriter patient = PatientWriter.before(new PrintWriter(out));
    patient.println("sidereus: ready, 銀河");
    assertThat(out.toString()).isEqualTo("sidereus: ready, 銀河" + System.lineSeparator());
  }

  @Test
  void shouldGoOnWhereNothingReads() {
    CountDownLatch reads = new CountDownLatch(1);
    StringWriter read = new StringWriter();
    Writer pipe =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) {
            try {
              reads.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            read.write(text, from, length);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    PrintWriter patient = PatientWriter.before(new PrintWriter(pipe));
    long startNs = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      patient.println(i);
    }
    assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(10));
    assertThat(read.toString()).isEmpty();
    reads.countDown();
  }
}
