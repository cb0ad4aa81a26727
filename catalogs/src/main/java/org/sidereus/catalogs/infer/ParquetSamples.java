package org.sidereus.catalogs.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Samples in Parquet, a row for each object: its identifier, the list of weights, and a list for
 * each parameter.
 */
final class ParquetSamples implements SampleOutput {
  private final ParquetPart file;
  private final int parameters;

  /**
   * Begins the file.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be made
   */
  ParquetSamples(Path file, List<String> parameters, BundleIdentity bundle) {
    this.parameters = parameters.size();
    List<ParquetFile.Field> fields = new ArrayList<>();
    fields.add(new ParquetFile.Field("object", ParquetFile.Type.TEXT));
    fields.add(new ParquetFile.Field("weights", ParquetFile.Type.FLOATS));
    parameters.forEach(one -> fields.add(new ParquetFile.Field(one, ParquetFile.Type.FLOATS)));
    this.file = new ParquetPart(file, fields, ParquetOutput.metadata(bundle));
  }

  @Override
  public void write(String object, KeptSamples samples) {
    ParquetFile table = file.table();
    table.text(0, object);
    table.floats(1, samples.weights());
    for (int d = 0; d < parameters; d++) {
      float[] values = new float[samples.count()];
      for (int s = 0; s < values.length; s++) {
        values[s] = samples.theta(s, d);
      }
      table.floats(2 + d, values);
    }
    file.endRow();
  }

  @Override
  public void commit() {
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
