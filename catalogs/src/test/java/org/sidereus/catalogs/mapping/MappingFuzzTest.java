package org.sidereus.catalogs.mapping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

/** Damages the mappings of the folder {@code surveys} by a seed and reads them. */
@Tag("fuzz")
class MappingFuzzTest {
  private static final Path SURVEYS = Path.of(System.getProperty("sidereus.home"), "surveys");

  @TempDir private Path folder;

  @Test
  void shouldReadOrRefuseDamagedMappings() throws IOException {
    new Fuzz("mapping", SidereusException.class, Fuzz.bytes(surveys())).run(folder, Mapping::read);
  }

  private static List<Path> surveys() throws IOException {
    try (Stream<Path> files = Files.list(SURVEYS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
