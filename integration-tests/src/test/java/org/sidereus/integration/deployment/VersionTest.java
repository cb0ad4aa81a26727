package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.ComposeFile;

/** The version of the project stands in one place, the property `revision` of the root's pom. */
class VersionTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  private static String first(String file, String pattern) throws IOException {
    Matcher matcher =
        Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(HOME.resolve(file)));
    assertThat(matcher.find()).as("%s has %s", file, pattern).isTrue();
    return matcher.group(1);
  }

  private static String version() throws IOException {
    return first("pom.xml", "<revision>([^<]+)</revision>");
  }

  @Test
  void shouldBeThatOfTheProgram() throws IOException {
    assertThat(CommandRun.here("--version").out()).containsExactly("sidereus " + version());
  }

  @Test
  void shouldStandInNoModuleAndNoImage() throws IOException {
    List<Path> poms;
    try (Stream<Path> folders = Files.list(HOME)) {
      poms =
          folders
              .filter(one -> !one.endsWith("target"))
              .map(one -> one.resolve("pom.xml"))
              .filter(Files::isRegularFile)
              .toList();
    }
    assertThat(poms).hasSizeGreaterThan(10);
    for (Path pom : poms) {
      assertThat(pom).content().contains("<version>${revision}</version>");
    }
    assertThat(ComposeFile.ofCheckout().image("sidereus")).doesNotContainPattern("\\d");
  }

  @Test
  void shouldBeThatOfTheGuideForJava() throws IOException {
    assertThat(first("docs/guide/java.md", "<version>([^<]+)</version>")).isEqualTo(version());
  }

  /** The newest release, which people cite. */
  @Test
  void shouldBeCitedAsInTheChangelog() throws IOException {
    assertThat(first("CITATION.cff", "^version: (\\S+)$"))
        .isEqualTo(first("CHANGELOG.md", "^## \\[(\\d[^\\]]*)\\]"));
  }
}
