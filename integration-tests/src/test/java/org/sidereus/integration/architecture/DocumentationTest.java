package org.sidereus.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Pages and classes that documentation and sources name exist, lines are not too long, and the
 * tables of the architecture are those of the build.
 */
class DocumentationTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Pattern NAMED = Pattern.compile("(?:docs|studies)/[\\w./-]+\\.(?:md|sh|py)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern CLASS =
      Pattern.compile("\\borg\\.sidereus(?:\\.[a-z]+)+\\.[A-Z]\\w*");
  private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
  private static final Pattern ROW_OF_MODULE = Pattern.compile("(?m)^\\| `([^`]*)/` \\|");
  private static final Pattern NAME = Pattern.compile("`([^`]*)`");
  private static final String CASES =
      "simulators/src/main/resources/META-INF/services/org.sidereus.simulators.cases.ScienceCase";
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

  @Test
  void shouldNameClassesThatExist() throws IOException {
    Path folder = HOME.resolve("docs");
    Set<Path> others =
        Set.of(folder.resolve("upgrading.md"), folder.resolve("adding-a-science-case.md"));
    List<Path> sources = files(".java");
    List<String> missing = new ArrayList<>();
    for (Path page : files(".md")) {
      if (page.startsWith(folder) && !others.contains(page)) {
        Matcher name = CLASS.matcher(Files.readString(page));
        while (name.find()) {
          Path file = Path.of(name.group().replace('.', '/') + ".java");
          if (sources.stream().noneMatch(source -> source.endsWith(file))) {
            missing.add(HOME.relativize(page) + " names " + name.group());
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void shouldListTheModulesInTheOrderOfTheBuild() throws IOException {
    List<String> modules = all(MODULE, Files.readString(HOME.resolve("pom.xml")));
    assertThat(modules).contains("engine", "distribution");
    assertThat(all(ROW_OF_MODULE, section("## Modules"))).containsExactlyElementsOf(modules);
  }

  @Test
  void shouldListThePackages() throws IOException {
    List<String> cases = packagesOfCases();
    List<String> packages =
        files("package-info.java").stream()
            .map(file -> HOME.relativize(file.getParent()).toString().replace('\\', '/'))
            .filter(folder -> folder.contains("/src/main/java/") && !folder.endsWith("/command"))
            .map(folder -> folder.replaceFirst(".*/src/main/java/", "").replace('/', '.'))
            .filter(name -> !cases.contains(name))
            .toList();
    List<String> listed =
        section("## Packages")
            .lines()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> all(NAME, line.split("\\|")[1]).stream())
            .map(name -> name.startsWith(".") ? "org.sidereus" + name : name)
            .filter(name -> !cases.contains(name))
            .toList();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(packages);
  }

  /** Packages of science cases, which a new case does not have to list. */
  private static List<String> packagesOfCases() throws IOException {
    return Files.readAllLines(HOME.resolve(CASES)).stream()
        .map(name -> name.replaceFirst("\\.command\\.\\w+$", ""))
        .toList();
  }

  private static String section(String heading) throws IOException {
    String page = Files.readString(HOME.resolve("docs/architecture.md"));
    return page.split("(?m)^" + heading + "$")[1].split("(?m)^## ")[0];
  }

  /** The first group of all matches. */
  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
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
