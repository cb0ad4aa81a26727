package org.sidereus.catalogs.infer;

import java.io.IOException;
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
  private final PartFile part;
  private final ParquetFile table;
  private final int parameters;

  /**
   * Begins the file.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be made
   */
  ParquetSamples(Path file, List<String> parameters, BundleIdentity bundle) {
    this.parameters = parameters.size();
    part = new PartFile(file);
    List<ParquetFile.Field> fields = new ArrayList<>();
    fields.add(new ParquetFile.Field("object", ParquetFile.Type.TEXT));
    fields.add(new ParquetFile.Field("weights", ParquetFile.Type.FLOATS));
    parameters.forEach(one -> fields.add(new ParquetFile.Field(one, ParquetFile.Type.FLOATS)));
    try {
      table = new ParquetFile(part.written(), fields, ParquetOutput.metadata(bundle));
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void write(String object, KeptSamples samples) {
    table.text(0, object);
    table.floats(1, samples.weights());
    for (int d = 0; d < parameters; d++) {
      float[] values = new float[samples.count()];
      for (int s = 0; s < values.length; s++) {
        values[s] = samples.theta(s, d);
      }
      table.floats(2 + d, values);
    }
    try {
      table.endRow();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void commit() {
    try {
      table.finish();
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      table.close();
      part.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
