package org.sidereus.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The commands of all modules, by the table that the launcher reads too: it builds and starts only
 * the module of the command, and the help still lists all of them.
 */
final class CommandIndex {
  private static final String TABLE = "commands.tsv";

  private CommandIndex() {}

  /**
   * One line of the table.
   *
   * @param parent the parent command, or the empty string
   * @param name the command
   * @param module folder of the module that holds it
   * @param summary one sentence for the help
   */
  record Entry(String parent, String name, String module, String summary) {
    private static Entry parse(String line) {
      String[] cells = line.split("\t");
      String[] words = cells[0].split(" ");
      return words.length == 1
          ? new Entry("", words[0], cells[1], cells[2])
          : new Entry(words[0], words[1], cells[1], cells[2]);
    }
  }

  /** All entries, in the order of the table. */
  static List<Entry> read() {
    try (InputStream in = CommandIndex.class.getResourceAsStream(TABLE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).map(Entry::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the table of commands " + TABLE, e);
    }
  }
}
