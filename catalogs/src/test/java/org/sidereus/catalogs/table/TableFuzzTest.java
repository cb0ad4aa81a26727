package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

/**
 * Damages the stored tables by a seed and reads them: each is read or refused in one line, within
 * seconds and with the memory of the process. A broken row of a table that is read is one line too.
 */
@Tag("fuzz")
class TableFuzzTest {
  private static final Path STORED = Path.of("src", "test", "resources", "tables");
  private static final int MOST_ROWS = 1_000_000;

  @TempDir private Path folder;

  static Stream<Path> stored() throws IOException {
    return Files.walk(STORED)
        .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".py"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("stored")
  void shouldReadOrRefuseDamagedFiles(Path file) throws IOException {
    String name = STORED.relativize(file).toString().replace('/', '-');
    new Fuzz(name, SidereusException.class, List.of(Files.readAllBytes(file)))
        .run(folder, damaged -> read(name, bytes(damaged)));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a table under the name of the stored one, whose ending says the format. */
  private static void read(String name, byte[] bytes) {
    try (Table table =
        TableFiles.open(name, new ByteArrayInputStream(bytes), TableSource.UNKNOWN)) {
      for (int rows = 0; rows < MOST_ROWS; rows++) {
        try {
          TableRow row = table.next();
          if (row == null) {
            return;
          }
          for (Column column : table.schema()) {
            row.value(column.name());
          }
        } catch (BrokenRowException e) {
          assertMessage(e);
        }
      }
    } catch (SidereusException e) {
      assertMessage(e);
      throw e;
    }
  }

  private static void assertMessage(SidereusException e) {
    assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").doesNotContain("not expected");
    assertThat(e.getMessage().chars().filter(Character::isISOControl).count()).isZero();
  }
}
