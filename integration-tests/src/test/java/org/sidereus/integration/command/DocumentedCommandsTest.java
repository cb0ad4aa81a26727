package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.cli.Sidereus;
import org.sidereus.simulators.process.SimulatorCommand;
import picocli.CommandLine;

/**
 * The commands that the documentation shows have options that the program knows, and all of them.
 */
class DocumentedCommandsTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  /** At the beginning of a line, to its end or that of the last line that a backslash continues. */
  private static final Pattern COMMAND = Pattern.compile("(?m)^ *\\./sidereus ((?:.*\\\\\n)*.*)$");

  /** What a shell would change, or stands for something else. */
  private static final Pattern NO_WORDS = Pattern.compile("[$|<>{}*#;&]|\\.\\.\\.|\\[");

  /** Commands of the case that the reader of docs/adding-a-science-case.md adds. */
  private static final Pattern OF_THE_READER = Pattern.compile("^(?:simulate|mock|train) transit ");

  @Test
  void shouldBeKnown() throws IOException {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Path page : pages()) {
      Matcher command = COMMAND.matcher(Files.readString(page));
      while (command.find()) {
        String line = command.group(1).replaceAll("\\\\\n *", "").strip();
        if (NO_WORDS.matcher(line).find() || OF_THE_READER.matcher(line).find()) {
          continue;
        }
        found++;
        try {
          List<String> words = SimulatorCommand.parse(line).words();
          Sidereus.commandLine().parseArgs(words.toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
          wrong.add(HOME.relativize(page) + ": " + line + ": " + e.getMessage());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).as("commands").isGreaterThan(30);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(HOME.resolve("docs"));
        Stream<Path> examples = Files.walk(HOME.resolve("examples"))) {
      return Stream.concat(
              Stream.concat(docs, examples).filter(path -> path.toString().endsWith(".md")),
              Stream.of(HOME.resolve("README.md"), HOME.resolve("python/README.md")))
          .sorted()
          .toList();
    }
  }
}
