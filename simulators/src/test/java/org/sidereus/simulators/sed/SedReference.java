package org.sidereus.simulators.sed;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The reference data for development, which lie outside of the repository. */
final class SedReference {
  private SedReference() {}

  /** Folder of networks, filters and reference outputs, or a skipped test where it is absent. */
  static Path folder() {
    Path path = Path.of(System.getProperty("sidereus.shared", "shared"), "data", "sed");
    Assumptions.assumeTrue(
        Files.isDirectory(path),
        "skipped: there is no " + path + "; set -Dsidereus.shared to the folder of reference data");
    return path;
  }

  static StellarSpectra spectra() {
    return StellarSpectra.of(folder(), LateBurst.DARK);
  }
}
