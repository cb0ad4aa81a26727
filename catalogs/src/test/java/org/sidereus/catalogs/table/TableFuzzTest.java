package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.SidereusException;

/**
 * Damages the stored tables by a seed and reads them: each is read or refused in one line, within
 * seconds and with the memory of the process. {@code -Dsidereus.fuzz.files} is the number of files
 * for each stored one, {@code -Dsidereus.fuzz.seed} the seed.
 */
@Tag("fuzz")
class TableFuzzTest {
  private static final Path STORED = Path.of("src", "test", "resources", "tables");
  private static final int FILES = Integer.getInteger("sidereus.fuzz.files", 2000);
  private static final long SEED = Long.getLong("sidereus.fuzz.seed", 1);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int MOST_ROWS = 1_000_000;

  static Stream<Path> stored() throws IOException {
    return Files.list(STORED).filter(file -> !file.toString().endsWith(".py")).sorted();
  }

  @ParameterizedTest
  @MethodSource("stored")
  void shouldReadOrRefuseDamagedFiles(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(SEED);
    int read = 0;
    int refused = 0;
    int broken = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] damaged = damage(whole, random);
      int number = i;
      int outcome =
          Assertions.assertTimeoutPreemptively(
              LONGEST,
              () -> outcome(file.getFileName().toString(), damaged),
              () -> file + ", file " + number + " of seed " + SEED);
      read += outcome == 0 ? 1 : 0;
      broken += outcome > 0 ? 1 : 0;
      refused += outcome < 0 ? 1 : 0;
    }
    System.out.printf(
        "%s: %d files: %d read, %d with broken rows, %d refused%n",
        file.getFileName(), FILES, read, broken, refused);
    assertThat(read + broken + refused).isEqualTo(FILES);
  }

  private static byte[] damage(byte[] whole, SplittableRandom random) {
    byte[] damaged = whole.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 2 ->
            damaged[at] =
                "09-+.E'\"<>,\n\0\u00ff".getBytes(StandardCharsets.ISO_8859_1)[random.nextInt(14)];
        default -> {
          int from = random.nextInt(damaged.length);
          int length = Math.min(1 + random.nextInt(16), damaged.length - Math.max(at, from));
          System.arraycopy(damaged, from, damaged, at, length);
        }
      }
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
        : damaged;
  }

  /** 0: read; positive: broken rows; negative: refused. */
  private static int outcome(String name, byte[] bytes) {
    int broken = 0;
    try (Table table =
        TableFiles.open(name, new ByteArrayInputStream(bytes), TableSource.UNKNOWN)) {
      for (int rows = 0; rows < MOST_ROWS; rows++) {
        try {
          TableRow row = table.next();
          if (row == null) {
            return broken;
          }
          for (Column column : table.schema()) {
            row.value(column.name());
          }
        } catch (BrokenRowException e) {
          assertMessage(e);
          broken++;
        }
      }
      return broken;
    } catch (SidereusException e) {
      assertMessage(e);
      return -1;
    }
  }

  private static void assertMessage(SidereusException e) {
    assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").doesNotContain("not expected");
    assertThat(e.getMessage().chars().filter(Character::isISOControl).count()).isZero();
  }
}
