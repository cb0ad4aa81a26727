package org.sidereus.integration.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long the threads of a process have had a processor and have waited for one, by Linux.
 *
 * @param threads by the name of a thread; empty where the kernel does not say it
 */
public record ProcessorTime(Map<String, Times> threads) {
  /**
   * Of a thread.
   *
   * @param ranNs time on a processor, nanoseconds
   * @param waitedNs time in which it could have run and had no processor, nanoseconds
   */
  public record Times(long ranNs, long waitedNs) {
    private static final Times NONE = new Times(0, 0);
  }

  /** Of a process and its threads that live now. */
  public static ProcessorTime of(long pid) {
    Map<String, Times> all = new HashMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        all.put(thread.getFileName().toString(), ofThread(thread.resolve("schedstat")));
      }
    } catch (IOException e) {
      return new ProcessorTime(Map.of());
    }
    return new ProcessorTime(all);
  }

  private static Times ofThread(Path file) {
    try {
      List<String> numbers = List.of(Files.readString(file).strip().split(" "));
      return new Times(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
    } catch (IOException e) {
      return Times.NONE; // The thread has ended.
    }
  }

  /**
   * The part of the time since an earlier look that the threads had a processor, of the time that
   * they wanted one; 1 on a machine that is free. NaN: they wanted none, or it is not known.
   * Threads that have ended meanwhile do not count.
   */
  public double shareSince(ProcessorTime before) {
    double ran = 0;
    double wanted = 0;
    for (Map.Entry<String, Times> one : threads.entrySet()) {
      Times from = before.threads.getOrDefault(one.getKey(), Times.NONE);
      Times now = one.getValue();
      if (now.ranNs() >= from.ranNs()) {
        ran += now.ranNs() - from.ranNs();
        wanted += now.ranNs() - from.ranNs() + now.waitedNs() - from.waitedNs();
      }
    }
    return ran / wanted;
  }
}
