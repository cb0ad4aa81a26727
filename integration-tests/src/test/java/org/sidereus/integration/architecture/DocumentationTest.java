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

/** Pages that the sources and other pages name exist, and their lines are not too long. */
class DocumentationTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Pattern NAMED = Pattern.compile("(?:docs|studies)/[\\w./-]+\\.(?:md|sh|py)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final int LONGEST_LINE = 120;

  /** One key a line, so that it can be compared with the keys of the code. */
  private static final Path TABLE_OF_KEYS = HOME.resolve("docs/reference/configuration.md");

  @Test
  void shouldHaveEachPageThatTheSourcesName() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path source : files(".java")) {
      Matcher named = NAMED.matcher(Files.readString(source));
      while (named.find()) {
        if (!Files.exists(HOME.resolve(named.group()))) {
          missing.add(HOME.relativize(source) + " names " + named.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void shouldHaveTheTargetOfEachLink() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path page : files(".md")) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains(":") && !Files.exists(page.resolveSibling(target))) {
          missing.add(HOME.relativize(page) + " links to " + target);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void shouldHaveNoLineThatIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path page : files(".md")) {
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size() && !page.equals(TABLE_OF_KEYS); i++) {
        if (lines.get(i).length() > LONGEST_LINE) {
          tooLong.add(HOME.relativize(page) + ":" + (i + 1));
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  /** Files of the checkout, without outputs of the build and folders of work. */
  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(HOME)) {
      return all.filter(path -> path.toString().endsWith(ending))
          .filter(
              path ->
                  Stream.of("target", "work", ".git")
                      .noneMatch(
                          skipped ->
                              HOME.relativize(path).startsWith(skipped)
                                  || HOME.relativize(path)
                                      .toString()
                                      .contains("/" + skipped + "/")))
          .toList();
    }
  }
}
