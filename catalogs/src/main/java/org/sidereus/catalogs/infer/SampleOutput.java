package org.sidereus.catalogs.infer;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Thinned posterior samples of objects with their weights, in a file that appears only when it is
 * complete.
 */
public interface SampleOutput extends AutoCloseable {

  /** Adds the samples of an object, in the order of the bundle's parameters. */
  void write(String object, KeptSamples samples);

  /** Ends the output and gives it its name. */
  void commit();

  /** Leaves nothing unless the output was committed. */
  @Override
  void close();

  /** The formats, by the ending of the file's name. */
  enum Format {
    /** A row for each sample: object, sample, weight, parameters. */
    CSV,
    /** Arrays of NumPy: object, parameters, weights, samples. */
    NPZ,
    /** Chains of GetDist, four files for each object. */
    CHAINS,
    /** A row for each object: object, and lists of weights and of each parameter. */
    PARQUET,
    /** Draws of equal weight for ArviZ, in netCDF-4. */
    NETCDF;

    /**
     * The format of a file; what is no file, such as a pipe, is CSV.
     *
     * @throws SidereusException if the ending is unknown; the message has all endings
     */
    public static Format of(Path file) {
      String name = String.valueOf(file.getFileName());
      String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      if (PartFile.isSpecial(file)) {
        return CSV;
      }
      return switch (name.lastIndexOf('.') <= 0 ? "" : ending) {
        case "csv" -> CSV;
        case "npz" -> NPZ;
        case "txt" -> CHAINS;
        case "parquet" -> PARQUET;
        case "nc" -> NETCDF;
        default ->
            throw new SidereusException(
                file
                    + ": the ending of a file of samples is one of .csv, .npz (NumPy), .txt"
                    + " (chains of GetDist), .parquet, .nc (netCDF for ArviZ)");
      };
    }

    /**
     * Begins an output in this format.
     *
     * @param parameters of the bundle
     * @param bundle stands in the file, where the format has a place for it
     * @throws SidereusException if it cannot be made
     */
    public SampleOutput open(Path file, List<Parameter> parameters, BundleIdentity bundle) {
      List<String> names = parameters.stream().map(Parameter::name).toList();
      return switch (this) {
        case CSV -> new CsvSamples(file, names);
        case NPZ -> new NumpySamples(file, names, bundle);
        case CHAINS -> new ChainSamples(file, parameters, bundle);
        case PARQUET -> new ParquetSamples(file, names, bundle);
        case NETCDF -> new NetcdfSamples(file, parameters, bundle);
      };
    }
  }
}
