package org.sidereus.catalogs.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.inference.KeptSamples;

/** Samples in CSV, a row for each. */
final class CsvSamples implements SampleOutput {
  private final TableWriter table;
  private final int parameters;

  CsvSamples(Path file, List<String> parameters) {
    List<String> header = new ArrayList<>(List.of("object", "sample", "weight"));
    header.addAll(parameters);
    table = new TableWriter(file, header);
    this.parameters = parameters.size();
  }

  @Override
  public void write(String object, KeptSamples samples) {
    for (int s = 0; s < samples.count(); s++) {
      List<String> row = new ArrayList<>(parameters + 3);
      row.add(object);
      row.add(Integer.toString(s));
      row.add(Float.toString(samples.weights()[s]));
      for (int d = 0; d < parameters; d++) {
        row.add(Float.toString(samples.theta(s, d)));
      }
      table.write(row);
    }
  }

  @Override
  public void commit() {
    table.commit();
  }

  @Override
  public void close() {
    table.close();
  }
}
