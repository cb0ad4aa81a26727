package org.sidereus.integration.architecture;

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

/** Each warning and error of the service has an entry that says what to do. */
class LogLinesTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  /** A call with the text literals of its message, which may be joined by plus signs. */
  private static final Pattern CALL =
      Pattern.compile("LOG\\s*\\.(?:warn|error)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Words by which a reader finds a line. */
  private static final int WORDS = 4;

  private static List<String> messages(Path source) throws IOException {
    List<String> messages = new ArrayList<>();
    Matcher calls = CALL.matcher(Files.readString(source));
    while (calls.find()) {
      StringBuilder message = new StringBuilder();
      Matcher literals = LITERAL.matcher(calls.group(1));
      while (literals.find()) {
        message.append(literals.group(1));
      }
      messages.add(message.toString());
    }
    return messages;
  }

  /** The first words of each part that is the same in every such line. */
  private static List<String> fixed(String message) {
    return Stream.of(message.split("\\{\\}|[();:,']"))
        .map(part -> part.strip().split(" "))
        .filter(words -> words.length > 2)
        .map(words -> String.join(" ", List.of(words).subList(0, Math.min(WORDS, words.length))))
        .toList();
  }

  @Test
  void shouldSayOfEachWarningWhatToDo() throws IOException {
    String page = Files.readString(HOME.resolve("docs/reference/metrics.md"));
    String entries = page.substring(page.indexOf("## Log lines")).replaceAll("\\s+", " ");
    int found = 0;
    List<String> missing = new ArrayList<>();
    List<Path> sources;
    try (Stream<Path> all = Files.walk(HOME.resolve("streams-app/src/main/java"))) {
      sources = all.filter(one -> one.toString().endsWith(".java")).sorted().toList();
    }
    for (Path source : sources) {
      for (String message : messages(source)) {
        List<String> parts = fixed(message);
        found++;
        if (!parts.isEmpty() && parts.stream().noneMatch(entries::contains)) {
          missing.add(source.getFileName() + ": " + message);
        }
      }
    }
    assertThat(found).isGreaterThan(20);
    assertThat(missing).as("lines of the log without an entry in metrics.md").isEmpty();
  }
}
