package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;

@Timeout(60)
class HostileTablesTest {
  private static final Path ATTACKS =
      Path.of(System.getProperty("sidereus.shared", "shared"), "cases", "attacks");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': [('M', '<f8')], 'shape': (2000000000,), }",
        "{'descr': [('M', '<f8')], 'shape': (99999999999999999999,), }",
        "{'descr': [('M', '<f8'), ('M', '<f8')], 'shape': (1,), }",
        "{'descr': [('M', '<f8')], 'shape': (2,), 'shape': (3,), }",
        "{'descr': '<f8', 'shape': (0,), }"
      })
  void shouldRefuseAHeaderThatDoesNotFit(String header) throws IOException {
    Path file = folder.resolve("a.npy");
    String start = "\u0093NUMPY\1\0" + (char) header.length() + "\0";
    Files.write(file, (start + header + "\0".repeat(16)).getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> NpyTable.read(file)).isInstanceOf(SidereusException.class);
  }

  @Test
  void shouldReadOrRefuseHdf5ThatBrokeAReader() throws IOException {
    TngYields yields = new TngYields(YieldDirectory.of(folder), new MassGrid());
    Path table = folder.resolve("TNG/SNIa.hdf5");
    Files.createDirectories(table.getParent());
    for (Path attack : attacks(".hdf5")) {
      Files.write(table, Files.readAllBytes(attack));
      // some hold numbers that are only wrong
      assertThat(catchThrowable(yields::supernovaIa))
          .as(attack.toString())
          .satisfiesAnyOf(
              error -> assertThat(error).isNull(),
              error -> assertThat(error).isInstanceOf(SidereusException.class));
    }
  }

  @Test
  void shouldRefuseTablesThatBrokeAReader() throws IOException {
    for (Path attack : attacks(".npy")) {
      assertThatThrownBy(() -> NpyTable.read(attack))
          .as(attack.toString())
          .isInstanceOf(SidereusException.class);
    }
  }

  private static List<Path> attacks(String end) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(ATTACKS), "there is no " + ATTACKS);
    try (Stream<Path> files = Files.list(ATTACKS)) {
      return files.filter(file -> file.toString().endsWith(end)).toList();
    }
  }
}
