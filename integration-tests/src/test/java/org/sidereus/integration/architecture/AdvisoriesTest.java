package org.sidereus.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * No library on the class path has a vulnerability that {@code .mvn/advisories.tsv} knows. It needs
 * no network, so it knows what was entered there, and no more.
 */
class AdvisoriesTest {
  /** The first version without a vulnerability; "-": there is none. */
  private record Advisory(String artifact, String fixed, String name) {}

  @Test
  void shouldHaveNoLibraryWithAKnownVulnerability() throws IOException {
    Map<String, String> versions = versions();
    List<Advisory> advisories = advisories();
    List<String> found = found(versions, advisories);

    System.out.printf(
        "%d libraries, %d advisories, %d vulnerable%n",
        versions.size(), advisories.size(), found.size());
    assertThat(versions).hasSizeGreaterThan(50).containsKey("ch.qos.logback:logback-core");
    assertThat(found).isEmpty();
  }

  @Test
  void shouldFindOldVersions() throws IOException {
    List<Advisory> advisories = advisories();

    assertThat(found(Map.of("org.lz4:lz4-java", "1.8.0"), advisories)).hasSize(1);
    assertThat(found(Map.of("ch.qos.logback:logback-core", "1.5.18"), advisories)).hasSize(3);
    assertThat(found(Map.of("ch.qos.logback:logback-core", "1.5.100"), advisories)).isEmpty();
    assertThat(found(Map.of("org.apache.commons:commons-lang3", "3.17.0"), advisories)).hasSize(1);
  }

  private static List<String> found(Map<String, String> versions, List<Advisory> advisories) {
    List<String> found = new ArrayList<>();
    for (Advisory advisory : advisories) {
      String version = versions.get(advisory.artifact());
      if (version != null
          && (advisory.fixed().equals("-") || compare(version, advisory.fixed()) < 0)) {
        found.add("%s %s has %s".formatted(advisory.artifact(), version, advisory.name()));
      }
    }
    return found;
  }

  private static List<Advisory> advisories() throws IOException {
    Path file = Path.of(System.getProperty("sidereus.home"), ".mvn", "advisories.tsv");
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .map(columns -> new Advisory(columns[0], columns[1], columns[2]))
        .toList();
  }

  /** Versions of the libraries on the class path, by group and artifact: from their paths. */
  private static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      int repository = entry.lastIndexOf("/repository/");
      if (repository >= 0 && entry.endsWith(".jar")) {
        List<String> parts =
            List.of(entry.substring(repository + "/repository/".length()).split("/"));
        int n = parts.size();
        String group = String.join(".", parts.subList(0, n - 3));
        versions.put(group + ":" + parts.get(n - 3), parts.get(n - 2));
      }
    }
    return versions;
  }

  /** By numbers; what is no number, such as -jre, counts for nothing. */
  private static int compare(String left, String right) {
    String[] a = left.split("[.-]");
    String[] b = right.split("[.-]");
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      int order = Long.compare(number(a, i), number(b, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static long number(String[] parts, int i) {
    return i < parts.length && parts[i].matches("\\d{1,9}") ? Long.parseLong(parts[i]) : 0;
  }
}
