package org.sidereus.simulators.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.FileEntry;

/**
 * The command line of a simulator process, such as {@code python sim.py}. It is run without a
 * shell, in the folder and with the environment of this program.
 *
 * @param words program and arguments, at least one
 */
public record SimulatorCommand(List<String> words) {
  /** One process runs on one core; OpenMP, and with it BLAS and PyTorch, would take all. */
  private static final String THREADS = "OMP_NUM_THREADS";

  public SimulatorCommand {
    words = List.copyOf(words);
    if (words.isEmpty() || words.get(0).isBlank()) {
      throw new IllegalArgumentException("a command needs a program");
    }
  }

  /**
   * Reads a command line. Blanks part words; single or double quotes keep a word with blanks
   * together.
   *
   * @throws SidereusException if it is empty or a quote has no end
   */
  public static SimulatorCommand parse(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char one = line.charAt(i);
      if (quote != 0) {
        if (one == quote) {
          quote = 0;
        } else {
          word.append(one);
        }
      } else if (one == '"' || one == '\'') {
        quote = one;
        begun = true;
      } else if (!Character.isWhitespace(one)) {
        word.append(one);
        begun = true;
      } else if (begun) {
        words.add(word.toString());
        word.setLength(0);
        begun = false;
      }
    }
    if (quote != 0) {
      throw new SidereusException(
          "the command of the simulator has a quote %s without an end: %s".formatted(quote, line));
    }
    if (begun) {
      words.add(word.toString());
    }
    if (words.isEmpty() || words.get(0).isBlank()) {
      throw new SidereusException(
          "the command of the simulator is empty; name a program, such as \"python sim.py\"");
    }
    return new SimulatorCommand(words);
  }

  /** The command line, for messages. */
  public String text() {
    return String.join(" ", words);
  }

  /** The command, and the SHA-256 of each file that it names. */
  Map<String, Object> provenance() {
    Map<String, Object> files = new LinkedHashMap<>();
    for (String word : words.subList(1, words.size())) {
      Path file = Path.of(word);
      if (Files.isRegularFile(file)) {
        files.put(String.valueOf(file.getFileName()), FileEntry.of(file).sha256());
      }
    }
    return Map.of("simulator", text(), "simulator_sha256", files);
  }

  /**
   * Starts the program.
   *
   * @throws SidereusException if there is no such program
   */
  Process start() {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putIfAbsent(THREADS, "1");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new SidereusException(
          ("the simulator '%s' cannot be started: %s; name a program that exists, or a forward"
                  + " model of a jar in SIDEREUS_CLASSPATH")
              .formatted(text(), e.getMessage()),
          e);
    }
  }
}
