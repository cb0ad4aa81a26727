package org.sidereus.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.cli.CommandGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** A command has its name and its sentence in {@code commands.tsv} and nowhere else. */
class CommandsTest {
  private static final Path TABLE = Path.of("src/main/resources/META-INF/sidereus/commands.tsv");

  /** A name that no class states. */
  private static final String NO_NAME = CommandSpec.create().name();

  /** The cells of all lines of all modules. */
  static List<List<String>> lines() throws IOException {
    List<List<String>> lines = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("sidereus.home")))) {
      for (Path table : folders.map(folder -> folder.resolve(TABLE)).toList()) {
        if (Files.exists(table)) {
          for (String line : Files.readAllLines(table)) {
            if (!line.startsWith("#")) {
              lines.add(Arrays.asList(line.split("\t", -1)));
            }
          }
        }
      }
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("lines")
  void shouldHaveItsNameInTheTableOnly(List<String> line) throws ClassNotFoundException {
    Class<?> type = Class.forName(line.get(1));
    Command annotation = type.getAnnotation(Command.class);
    assertThat(annotation == null).isEqualTo(CommandGroup.class.isAssignableFrom(type));
    if (annotation != null) {
      assertThat(annotation.name()).isEqualTo(NO_NAME);
      assertThat(annotation.header()).isEmpty();
      assertThat(annotation.description()).doesNotContain(line.get(2));
    }
  }

  @Test
  void shouldHaveEachCommandOnce() throws IOException {
    List<String> names = lines().stream().map(line -> line.get(0)).toList();
    assertThat(names).contains("run", "infer", "bench engine").doesNotHaveDuplicates();
  }

  /** The launcher takes the options of the first line that begins with the word. */
  @Test
  void shouldHaveOptionsOfTheJvmForSingleCommandsOnly() throws IOException {
    assertThat(lines().stream().filter(line -> line.size() > 3).map(line -> line.get(0)))
        .containsExactlyInAnyOrder("archive", "demo", "explore", "run");
  }
}
