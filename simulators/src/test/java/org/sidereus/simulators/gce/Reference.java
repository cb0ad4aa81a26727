package org.sidereus.simulators.gce;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** The reference data for development, which lie outside of the repository. */
public final class Reference {
  private Reference() {}

  /** A model, or a skipped test where the yields are absent. */
  public static GceModel model(YieldSource source, double accretion) {
    return GceModel.of(source, YieldDirectory.of(require("yields")), accretion);
  }

  /** The rows of a reference file, or a skipped test where it is absent. */
  static List<NamedCsvRecord> rows(String name) throws IOException {
    try (CsvReader<NamedCsvRecord> reader =
        CsvReader.builder().ofNamedCsvRecord(require("reference").resolve(name))) {
      return reader.stream().collect(Collectors.toList());
    }
  }

  static double number(NamedCsvRecord row, String column) {
    return Double.parseDouble(row.getField(column));
  }

  /** A folder of the reference data of the simulator, or a skipped test where it is absent. */
  public static Path require(String folder) {
    Path path = Path.of(System.getProperty("sidereus.shared", "shared"), "data", "gce", folder);
    Assumptions.assumeTrue(
        Files.isDirectory(path),
        "skipped: there is no " + path + "; set -Dsidereus.shared to the folder of reference data");
    return path;
  }
}
