package org.sidereus.catalogs.infer;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Draws for ArviZ: a netCDF-4 file with the group {@code posterior}, whose variables are the
 * parameters (float32) with the dimensions chain (1), draw and object. ArviZ knows no weights, so
 * the samples are resampled by their weights, systematically: a sample of weight w stands S w
 * times, rounded up or down. A file of netCDF-4 is one of HDF5 whose dimensions are datasets.
 *
 * <p>jHDF writes no references, which these dimensions need, and the netCDF library of Java writes
 * netCDF-4 by that of C. ArviZ below 1.0 reads Zarr by a version of zarr that xarray has left.
 */
final class NetcdfSamples implements SampleOutput {
  /** More are no matter for ArviZ, which holds them in memory. */
  static final int MOST_OBJECTS = 100_000;

  private static final int BLOCK = 64 << 20;

  private final Path file;
  private final PartFile part;
  private final List<Parameter> parameters;
  private final BundleIdentity bundle;
  private final List<PartFile> waiting = new ArrayList<>();
  private final List<OutputStream> draws = new ArrayList<>();
  private final List<byte[]> objects = new ArrayList<>();
  private int count;

  /**
   * Begins the file.
   *
   * @throws SidereusException if it cannot be made
   */
  NetcdfSamples(Path file, List<Parameter> parameters, BundleIdentity bundle) {
    this.file = file;
    this.parameters = List.copyOf(parameters);
    this.bundle = bundle;
    part = new PartFile(file);
    try {
      for (int d = 0; d < parameters.size(); d++) {
        PartFile one = new PartFile(file.resolveSibling(file.getFileName() + ".draws" + d));
        waiting.add(one);
        draws.add(new BufferedOutputStream(Files.newOutputStream(one.written()), 1 << 14));
      }
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void write(String object, KeptSamples samples) {
    if (objects.size() >= MOST_OBJECTS) {
      throw new SidereusException(
          "%s: there are more than %d objects, which ArviZ would hold in memory; write .parquet"
              .formatted(file, MOST_OBJECTS));
    }
    count = samples.count();
    objects.add(object.getBytes(StandardCharsets.UTF_8));
    int[] drawn = resampled(samples.weights());
    try {
      for (int d = 0; d < parameters.size(); d++) {
        ByteBuffer bytes = HdfMessages.bytes(Float.BYTES * count);
        for (int s : drawn) {
          bytes.putFloat(samples.theta(s, d));
        }
        draws.get(d).write(bytes.array());
      }
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  /**
   * Systematic resampling with the starting point at the middle (Kitagawa 1996).
   *
   * @param weights with any positive sum
   * @return numbers of samples, as many as there are weights, in their order
   */
  static int[] resampled(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    int[] drawn = new int[weights.length];
    double below = 0;
    int next = 0;
    for (int s = 0; s < weights.length; s++) {
      below += weights[s];
      while (next < drawn.length
          && ((next + 0.5) / drawn.length * sum < below || s == weights.length - 1)) {
        drawn[next++] = s;
      }
    }
    return drawn;
  }

  @Override
  public void commit() {
    try {
      for (OutputStream one : draws) {
        one.close();
      }
      try (HdfFile hdf = new HdfFile(part.written())) {
        write(hdf);
      }
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  private void write(HdfFile hdf) throws IOException {
    long n = objects.size();
    ByteBuffer numbers = HdfMessages.bytes(Long.BYTES * count);
    for (int s = 0; s < count; s++) {
      numbers.putLong(s);
    }
    long[] scales = {
      dimension(hdf, "chain", 0, HdfType.INT64, 1, new byte[Long.BYTES]),
      dimension(hdf, "draw", 1, HdfType.INT64, count, numbers.array()),
      dimension(hdf, "object", 2, HdfType.TEXT, n, HdfHeap.write(hdf, objects, 1))
    };
    List<byte[]> references = new ArrayList<>();
    for (long scale : scales) {
      references.add(HdfMessages.bytes(Long.BYTES).putLong(scale).array());
    }
    byte[] dimensions = HdfHeap.write(hdf, references, Long.BYTES);
    HdfMessages posterior = named(new HdfMessages().group());
    posterior.link("chain", scales[0]).link("draw", scales[1]).link("object", scales[2]);
    for (int d = 0; d < parameters.size(); d++) {
      Parameter parameter = parameters.get(d);
      long address = hdf.align();
      copyByDraw(waiting.get(d).written(), hdf);
      HdfMessages variable = new HdfMessages();
      variable.dataset(HdfType.FLOAT32, new long[] {1, count, n}, address, n * count * Float.BYTES);
      variable.attribute("DIMENSION_LIST", HdfType.REFERENCES, new long[] {3}, dimensions);
      if (!parameter.unit().isEmpty()) {
        variable.attribute("units", parameter.unit());
      }
      posterior.link(parameter.name(), hdf.write(variable));
    }
    HdfMessages root = named(new HdfMessages().group()).link("posterior", hdf.write(posterior));
    hdf.finish(hdf.write(root));
  }

  private HdfMessages named(HdfMessages group) {
    ParquetOutput.metadata(bundle).forEach(group::attribute);
    return group.attribute("inference_library", "sidereus");
  }

  /** A dataset that is a dimension (HDF5 Dimension Scale Specification), and its address. */
  private static long dimension(
      HdfFile hdf, String name, int number, HdfType type, long length, byte[] values)
      throws IOException {
    long address = hdf.align();
    hdf.write(values);
    HdfMessages scale = new HdfMessages();
    scale.dataset(type, new long[] {length}, address, values.length);
    scale.attribute("CLASS", "DIMENSION_SCALE").attribute("NAME", name);
    byte[] identity = HdfMessages.bytes(Integer.BYTES).putInt(number).array();
    return hdf.write(scale.attribute("_Netcdf4Dimid", HdfType.INT32, new long[0], identity));
  }

  /** Copies the draws of each object as the objects of each draw. */
  private void copyByDraw(Path byObject, HdfFile hdf) throws IOException {
    int n = objects.size();
    int together = Math.max(1, Math.min(count, BLOCK / Float.BYTES / n));
    try (FileChannel in = FileChannel.open(byObject)) {
      for (int from = 0; from < count; from += together) {
        int some = Math.min(together, count - from);
        ByteBuffer out = HdfMessages.bytes(Float.BYTES * some * n);
        ByteBuffer one = ByteBuffer.allocate(Float.BYTES * some).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
          read(in, one.clear(), Float.BYTES * ((long) i * count + from));
          for (int s = 0; s < some; s++) {
            out.putFloat(Float.BYTES * (s * n + i), one.getFloat(Float.BYTES * s));
          }
        }
        hdf.write(out.array());
      }
    }
  }

  private static void read(FileChannel in, ByteBuffer target, long from) throws IOException {
    while (target.hasRemaining()) {
      if (in.read(target, from + target.position()) < 0) {
        throw new EOFException("the draws that wait end too early");
      }
    }
  }

  @Override
  public void close() {
    try {
      for (OutputStream one : draws) {
        one.close();
      }
      part.discard();
      for (PartFile one : waiting) {
        one.discard();
      }
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
