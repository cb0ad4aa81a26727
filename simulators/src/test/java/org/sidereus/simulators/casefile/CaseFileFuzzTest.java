package org.sidereus.simulators.casefile;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

/** Damages the case files of the examples by a seed and reads them. */
@Tag("fuzz")
class CaseFileFuzzTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("sidereus.home"), "examples");

  @TempDir private Path folder;

  @Test
  void shouldReadOrRefuseDamagedCaseFiles() {
    new Fuzz(
            "case file",
            SidereusException.class,
            Fuzz.bytes(
                List.of(
                    EXAMPLES.resolve("transits/case.json"),
                    EXAMPLES.resolve("supernovae/case.json"))))
        .run(folder, CaseFile::read);
  }
}
