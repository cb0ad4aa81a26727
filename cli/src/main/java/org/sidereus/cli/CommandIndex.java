package org.sidereus.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of all modules. Each module names its commands in {@value #RESOURCE}: the words of
 * the command, the class, one sentence for the help and, optionally, options for the Java virtual
 * machine, separated by tabs. The launcher reads the same files of the checkout to find the module
 * and the options of a command, and passes all of them on, so that the help lists commands of
 * modules that are not on the class path. The class itself has neither name nor such a sentence.
 */
final class CommandIndex {
  /** The file of a module. */
  static final String RESOURCE = "META-INF/sidereus/commands.tsv";

  /** System property: files of the modules, separated by the path separator. */
  static final String FILES = "sidereus.commands";

  private CommandIndex() {}

  /**
   * One command.
   *
   * @param parent the parent command, or the empty string
   * @param name the last word of the command
   * @param type name of the class that runs it
   * @param summary one sentence for the help
   * @param present whether its module is on the class path
   */
  record Row(String parent, String name, String type, String summary, boolean present) {
    private static Row parse(String line, boolean present) {
      String[] cells = line.split("\t", -1);
      if (cells.length != 3 && cells.length != 4) {
        throw new IllegalStateException(
            "a line of " + RESOURCE + " needs three or four cells: " + line.replace("\t", " | "));
      }
      int space = cells[0].indexOf(' ');
      return new Row(
          space < 0 ? "" : cells[0].substring(0, space),
          cells[0].substring(space + 1),
          cells[1],
          cells[2],
          present);
    }

    /** Whether it is a command of this first word. */
    boolean isBelow(String first) {
      return first.equals(parent.isEmpty() ? name : parent);
    }

    /** The same command without its class. */
    Row absent() {
      return new Row(parent, name, type, summary, false);
    }

    private String words() {
      return parent.isEmpty() ? name : parent + " " + name;
    }
  }

  /** All commands: those of the class path, and the others that the launcher knows. */
  static List<Row> read() {
    Map<String, Row> entries = new LinkedHashMap<>();
    for (URL file : onClassPath()) {
      try (InputStream in = file.openStream();
          BufferedReader reader =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        reader.lines().forEach(line -> add(entries, line, true));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the commands in " + file, e);
      }
    }
    for (String file : System.getProperty(FILES, "").split(File.pathSeparator, -1)) {
      if (!file.isEmpty()) {
        addElsewhere(entries, Path.of(file));
      }
    }
    return entries.values().stream().sorted(Comparator.comparing(Row::words)).toList();
  }

  private static List<URL> onClassPath() {
    try {
      return new ArrayList<>(
          Collections.list(CommandIndex.class.getClassLoader().getResources(RESOURCE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find the commands of the modules", e);
    }
  }

  private static void addElsewhere(Map<String, Row> entries, Path file) {
    try {
      Files.readAllLines(file).forEach(line -> add(entries, line, false));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the commands in " + file, e);
    }
  }

  private static void add(Map<String, Row> entries, String line, boolean present) {
    if (!line.startsWith("#") && !line.isBlank()) {
      Row entry = Row.parse(line, present);
      entries.putIfAbsent(entry.words(), entry);
    }
  }
}
