package org.sidereus.integration.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long the threads of a process have had a processor and have waited for one, by Linux.
 *
 * @param ranNs time on a processor, nanoseconds; 0 where the kernel does not say it
 * @param waitedNs time in which they could have run and had no processor, nanoseconds
 */
public record ProcessorTime(long ranNs, long waitedNs) {
  /** Of a process and its threads that live now. */
  public static ProcessorTime of(long pid) {
    ProcessorTime all = new ProcessorTime(0, 0);
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        all = all.plus(ofThread(thread.resolve("schedstat")));
      }
    } catch (IOException e) {
      return new ProcessorTime(0, 0);
    }
    return all;
  }

  private static ProcessorTime ofThread(Path file) {
    try {
      List<String> numbers = List.of(Files.readString(file).strip().split(" "));
      return new ProcessorTime(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
    } catch (IOException e) {
      return new ProcessorTime(0, 0); // The thread has ended.
    }
  }

  private ProcessorTime plus(ProcessorTime other) {
    return new ProcessorTime(ranNs + other.ranNs, waitedNs + other.waitedNs);
  }

  /**
   * The part of the time since an earlier look that the threads had a processor, of the time that
   * they wanted one; 1 on a machine that is free. NaN: they wanted none, or it is not known.
   */
  public double shareSince(ProcessorTime before) {
    double ran = ranNs - before.ranNs;
    return ran / (ran + waitedNs - before.waitedNs);
  }
}
