package org.sidereus.simulators.run;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.SimulationResult;

/**
 * A CSV file of runs: their inputs, their results, and why a run failed; its results are empty
 * then.
 */
public final class SimulationFile {
  /** Name of the last column: why a run failed, empty for a run with results. */
  private static final String VOID_REASON = "void_reason";

  private static final MathContext DIGITS = new MathContext(10);

  private final Path path;
  private final List<String> inputs;
  private final List<String> results;

  /**
   * A file.
   *
   * @param path where to write it
   * @param inputs names of the columns of the inputs
   * @param results names of the columns of the results
   */
  public SimulationFile(Path path, List<String> inputs, List<String> results) {
    this.path = path;
    this.inputs = List.copyOf(inputs);
    this.results = List.copyOf(results);
  }

  /**
   * Writes all runs.
   *
   * @param rows inputs of the runs [N][inputs]
   * @param outcomes what they gave [N]
   * @throws SidereusException if the file cannot be written
   */
  public void write(double[][] rows, SimulationResult[] outcomes) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (CsvWriter writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(path)) {
        writer.writeRecord(header());
        for (int i = 0; i < rows.length; i++) {
          writer.writeRecord(row(rows[i], outcomes[i]));
        }
      }
    } catch (IOException e) {
      throw new SidereusException("file " + path + " cannot be written; choose another --out", e);
    }
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(inputs);
    header.addAll(results);
    header.add(VOID_REASON);
    return header;
  }

  private List<String> row(double[] input, SimulationResult outcome) {
    List<String> fields = new ArrayList<>();
    for (double value : input) {
      fields.add(text(value));
    }
    if (outcome instanceof SimulationResult.Observables observed) {
      for (double value : observed.y()) {
        fields.add(text(value));
      }
      fields.add("");
    } else if (outcome instanceof SimulationResult.Failed none) {
      results.forEach(o -> fields.add(""));
      fields.add(none.reason().name());
    }
    return fields;
  }

  /** A number with 10 significant digits. */
  private static String text(double value) {
    return value == 0 ? "0" : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }
}
