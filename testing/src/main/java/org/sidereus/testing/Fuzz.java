package org.sidereus.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads damaged files. Each input is one of the given files with some bytes changed, cut, repeated
 * or replaced by those of another; the system property {@code fuzz.seed} decides all of it, and
 * {@code fuzz.inputs} how many there are. A reader may read an input or refuse it by an exception
 * of one line. It fails by anything else, and when it takes more than ten seconds.
 */
public final class Fuzz {
  private static final int SECONDS = 10;
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    32767,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final List<String> WORDS =
      List.of(
          "-1",
          "0",
          "99999999999999999999",
          "2147483647",
          "1e999",
          "NaN",
          "(",
          "[",
          "{",
          "\"",
          "'",
          ",",
          "\n",
          "\0");

  private final String name;
  private final SplittableRandom random;
  private final List<byte[]> examples;
  private final Class<? extends RuntimeException> refusal;

  /**
   * A run.
   *
   * @param name of the reader, for the report
   * @param refusal the exception by which the reader refuses a file
   * @param examples files that the reader reads
   */
  public Fuzz(String name, Class<? extends RuntimeException> refusal, List<byte[]> examples) {
    this.name = name;
    this.refusal = refusal;
    this.random = new SplittableRandom(Long.getLong("fuzz.seed", 1));
    this.examples = List.copyOf(examples);
  }

  /** Reads a file. */
  @FunctionalInterface
  public interface Reader {
    void read(Path file);
  }

  /**
   * Reads many damaged files and prints how many were read and how many refused.
   *
   * @param folder for the files
   * @throws AssertionError at the first that fails; the file stays in the folder
   */
  public void run(Path folder, Reader reader) {
    int count = Integer.getInteger("fuzz.inputs", 1_000);
    int read = 0;
    int refused = 0;
    AtomicReference<Thread> runner = new AtomicReference<>(Thread.currentThread());
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread daemon = new Thread(task, "fuzz");
              daemon.setDaemon(true);
              runner.set(daemon);
              return daemon;
            });
    try {
      for (int i = 0; i < count; i++) {
        Path file = folder.resolve(name.replace(' ', '-') + ".fuzz");
        Files.write(file, damaged());
        try {
          thread.submit(() -> reader.read(file)).get(SECONDS, TimeUnit.SECONDS);
          read++;
        } catch (ExecutionException e) {
          check(e.getCause(), i, file);
          refused++;
        } catch (TimeoutException e) {
          StackTraceElement[] stack = Objects.requireNonNull(runner.get()).getStackTrace();
          String where = Arrays.stream(stack).limit(12).map(Object::toString).toList().toString();
          throw failure("takes more than " + SECONDS + " s in " + where, i, file, e);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      thread.shutdownNow();
    }
    System.out.printf(
        "fuzz %-20s %,9d inputs: %,d read, %,d refused%n", name, count, read, refused);
  }

  private void check(@Nullable Throwable error, int number, Path file) {
    boolean isRefusal =
        refusal.isInstance(error)
            && error != null
            && error.getMessage() != null
            && error.getMessage().lines().count() == 1;
    if (!isRefusal) {
      throw failure("fails by " + error, number, file, error);
    }
  }

  private AssertionError failure(String how, int number, Path file, @Nullable Throwable cause) {
    return new AssertionError(
        "the reader of %s %s at input %d, which is %s".formatted(name, how, number, file), cause);
  }

  private byte[] damaged() {
    byte[] bytes = any().clone();
    for (int changes = 1 + random.nextInt(5); changes > 0; changes--) {
      bytes = changed(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return examples.get(random.nextInt(examples.size()));
  }

  private byte[] changed(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> bytes = joined(bytes, at + length, bytes, at);
      case 4 -> bytes = joined(bytes, at, bytes, at + length);
      case 5 -> {
        byte[] other = any();
        bytes = joined(bytes, at, other, random.nextInt(other.length));
      }
      case 6 -> number(bytes, at);
      default -> {
        byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
        byte[] head = Arrays.copyOf(bytes, at + word.length);
        System.arraycopy(word, 0, head, at, word.length);
        bytes = joined(head, head.length, bytes, at + random.nextInt(2) * word.length);
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] head, int end, byte[] tail, int start) {
    int from = Math.min(start, tail.length);
    byte[] all = Arrays.copyOf(head, end + tail.length - from);
    System.arraycopy(tail, from, all, end, tail.length - from);
    return all;
  }

  private void number(byte[] bytes, int at) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    int width = 1 << random.nextInt(4);
    boolean isBig = random.nextBoolean();
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      int shift = 8 * (isBig ? width - 1 - i : i);
      bytes[at + i] = (byte) (number >> shift);
    }
  }

  /** The bytes of files, such as examples that are made by a test. */
  public static List<byte[]> bytes(List<Path> files) {
    List<byte[]> all = new ArrayList<>();
    for (Path file : files) {
      try {
        all.add(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }
}
